//! Why a proposal stands: which rule, which words, which facts, which entries.

use askama::Template;
use muster_record::Incident;
use muster_record::incident::advising::{Looked, Pin, Proposal, ProposalState};
use muster_record::incident::answers::Standing;

use crate::frame::{Frame, Head, listed, title_of};
use crate::record::Line;
use crate::said::{Cite, heading, kind, plain, value};
use crate::when::moment;

/// What a proposal was read from.
#[derive(Debug)]
pub struct Read<'a> {
    /// The proposal.
    pub proposal: &'a Proposal,
    /// Its rule set in the version in use.
    pub pin: &'a Pin,
    /// The evaluation that stated it.
    pub looked: &'a Looked,
    /// The facts that were read.
    pub facts: &'a [(String, Standing)],
    /// The entries that gave, revised and settled it, as the reader sees them.
    pub history: &'a [Line],
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "why.html")]
pub struct WhyPage {
    frame: Frame,
    head: Head,
    number: u32,
    kind: String,
    heading: String,
    state: &'static str,
    rule_set: String,
    version: String,
    owner: String,
    looked_at: u64,
    component: String,
    settings: String,
    because: Vec<String>,
    cites: Vec<Cite>,
    facts: Vec<Fact>,
    history: Vec<(u64, String, String)>,
    offices: String,
}

#[derive(Debug)]
struct Fact {
    key: String,
    value: String,
    source: String,
    by: String,
    at: String,
    entry: u64,
}

impl WhyPage {
    /// The page of a proposal as somebody sees it.
    pub fn new(frame: Frame, incident: &Incident, read: &Read<'_>) -> Self {
        let Read { proposal, pin, looked, facts, history } = read;
        let opening = &incident.lifecycle.opening;
        let title = format!("Why proposal {}: {}", proposal.number.0, opening.title);
        let fact = |(key, standing): &(String, Standing)| Fact {
            key: key.clone(),
            value: value(&standing.value),
            source: standing.source.clone(),
            by: title_of(incident, &standing.by),
            at: moment(standing.at),
            entry: standing.entry.0,
        };
        let told = |line: &Line| {
            let told = line.told.as_deref().and_then(|told| told.lines().next()).unwrap_or("outside your view");
            (line.seq, moment(line.at), told.to_owned())
        };
        Self {
            frame: frame.titled(&title, opening.exercise),
            head: Head::of(incident, None),
            number: proposal.number.0,
            kind: plain(kind(&proposal.item).word()),
            heading: heading(&proposal.item).to_owned(),
            state: match proposal.state {
                ProposalState::Open => "It is open: it awaits a person.",
                ProposalState::Adopted => "It was adopted.",
                ProposalState::Declined => "It was declined.",
                ProposalState::Withdrawn => "The rule set no longer gives it.",
                ProposalState::Overridden => "It was overridden.",
            },
            rule_set: plain(proposal.rule_set.as_str()),
            version: pin.version.clone(),
            owner: title_of(incident, &pin.owner),
            looked_at: looked.seq.0,
            component: pin.component.to_string(),
            settings: pin.settings.to_string(),
            because: proposal.item.because().to_vec(),
            cites: Cite::all(proposal.item.cites()),
            facts: facts.iter().map(fact).collect(),
            history: history.iter().map(told).collect(),
            offices: listed(&proposal.settled_by()),
        }
    }
}
