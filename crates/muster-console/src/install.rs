//! A proposal to install a rule set, read before it is decided: who asks for what and why, what it would see and say, and
//! what it would change on an incident of the agency's own.

use askama::Template;
use muster_record::installing::{Install, Use};
use muster_record::situation::Grants;

use crate::frame::{Area, Frame};
use crate::rule_set::Trial;
use crate::rule_sets::{Proposed, granted};

/// What a page of a proposal is drawn from.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// The proposal.
    pub install: &'a Install,
    /// The version that would be replaced, with its grants; none where there is none.
    pub before: Option<(String, Grants)>,
    /// The open incidents that the agency leads and the viewer sees, on which it may be tried: id and title.
    pub incidents: &'a [(String, String)],
    /// What it would say of one of them.
    pub trial: Option<&'a Trial>,
    /// Whether the viewer may decide at all.
    pub may_install: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "install.html")]
pub struct InstallPage {
    frame: Frame,
    one: Proposed,
    shown: String,
    gives: String,
    before: Option<(String, String, String)>,
    incidents: Vec<(String, String)>,
    trial: Option<Trial>,
    waits: bool,
    own: bool,
    may_install: bool,
    /// Whether there is anything to be tried: what is taken away says nothing.
    tries: bool,
    follows: &'static str,
}

impl InstallPage {
    /// The page of a proposal, as somebody of its agency reads it.
    pub fn new(frame: Frame, of: &Proposal<'_>) -> Self {
        let Proposal { install, before, incidents, trial, may_install } = of;
        let one = Proposed::of(install);
        let person = frame.who.as_ref().map(|who| who.person.as_str());
        let (shown, gives) = granted(&install.terms.grants);
        Self {
            own: install.by.person.as_deref() == person,
            frame: Frame { area: Area::RuleSets, ..frame.titled(&format!("Proposal {}: {}", one.number, one.name), false) },
            shown,
            gives,
            before: before.as_ref().map(|(version, grants)| {
                let (shown, gives) = granted(grants);
                (version.clone(), shown, gives)
            }),
            incidents: incidents.to_vec(),
            trial: (*trial).cloned(),
            waits: install.decided.is_none(),
            may_install: *may_install,
            tries: matches!(install.terms.used, Use::InUse | Use::Shadow),
            follows: follows(install.terms.used),
            one,
        }
    }
}

/// What happens when it is approved.
fn follows(used: Use) -> &'static str {
    match used {
        Use::InUse => {
            "Incidents that your agency opens from then on use it. Open ones keep the version they have until your agency moves them, one at a time."
        }
        Use::OutOfUse => {
            "New incidents go without it. Those that have it say so once; what it said stands, and it is asked no more."
        }
        Use::Shadow => {
            "It looks at the open incidents that your agency leads, and what it would say is counted. Nothing of it is on a record, and the version in use stays in use."
        }
        Use::ShadowOver => "It looks on no more. The version in use stays in use.",
    }
}
