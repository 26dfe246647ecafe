//! Advice is compared with what stands, and people make of it what they will.

use expect_test::expect;

use super::{Command, Looked, Outcome, ProposalState};
use crate::advice::{Advice, Allocation, Answer, Draft, Finding, Item, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::entry::Hash;
use crate::ids::{ActionNo, ProposalNo, Seq};
use crate::incident::{actions, offers, participants, people};
use crate::situation::OfferKind;
use crate::testing::{Scenario, action, check, gate, involvement, named, options, question, resident};

mod adopting;
mod again;
mod apart;
mod reconciling;
mod settings;

fn adopt(number: u32) -> Command {
    Command::Adopt { proposal: ProposalNo(number) }
}

fn decline(number: u32) -> Command {
    Command::Decline { proposal: ProposalNo(number), reason: "not tonight".to_owned() }
}

fn over(number: u32) -> Command {
    Command::OverrideGate { proposal: ProposalNo(number), reason: "the roof leaks".to_owned() }
}

fn stand(rule_set: &str) -> Command {
    Command::SetStanding { rule_set: named(rule_set), reason: "the 72-hour protocol".to_owned() }
}

fn end(rule_set: &str) -> Command {
    Command::EndStanding { rule_set: named(rule_set), reason: "the first night is over".to_owned() }
}

fn draft(title: &str) -> Item {
    Item::Draft(Draft {
        key: "letter".to_owned(),
        audience: "families".to_owned(),
        title: title.to_owned(),
        body: "We are writing".to_owned(),
        approved_by: AgencyKind::Council,
        cites: Vec::new(),
    })
}

fn allocation(person: &str, to: &str) -> Item {
    let (key, because) = (format!("allocate/{person}"), vec!["nursing".to_owned()]);
    Item::Allocation(Allocation {
        key,
        person: person.to_owned(),
        to: Some(to.to_owned()).filter(|to| !to.is_empty()),
        rank: 1,
        because,
    })
}

fn finding() -> Item {
    Item::Finding(Finding {
        key: "s48".to_owned(),
        subject: "the council".to_owned(),
        verdict: Answer::Unknown,
        title: "the section 48 duty is engaged".to_owned(),
        because: Vec::new(),
        cites: Vec::new(),
    })
}

fn beds() -> Item {
    action("beds", "find beds")
}

fn advised(items: &[Item]) -> Scenario {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    home.advises("closure", items);
    home
}

fn states(home: &Scenario) -> Vec<ProposalState> {
    home.incident.advising.proposals.iter().map(|proposal| proposal.state).collect()
}
