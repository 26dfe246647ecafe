//! What the format promises: each verb is in the guide, each command has a verb, each mistake is told.

use muster_record::Command;
use muster_record::ids::{ActionNo, ProposalNo, Seq};
use muster_record::incident::{advising, lifecycle, review};

use super::{Asked, Script, What, parse};

mod coverage;
mod mistakes;
mod shapes;

/// What stands above a line that is read on its own.
const PREAMBLE: &str = r#"
exercise "Lines"
agency council = e08000026 council "Coventry City Council"
agency icb = qwu health-commissioner "Coventry and Warwickshire ICB"
agency cqc = cqc regulator "Care Quality Commission"
agency region = wm-adass region "West Midlands ADASS"
agency provider = rosebank-care provider "Rosebank Care Ltd"
start 2024-03-04
at 09:00 council opens "Rosebank House" as provider-failure of residential service rosebank-house
"#;

#[track_caller]
fn read(text: &str) -> Script {
    match parse(text) {
        Ok(script) => script,
        Err(problems) => panic!("{problems}"),
    }
}

/// The commands of a line behind the preamble, as JSON.
#[track_caller]
fn commands(line: &str) -> Vec<Command> {
    read(&format!("{PREAMBLE}{line}")).steps.iter().skip(1).flat_map(|step| asked(&step.what)).collect()
}

/// The commands of a step, with 1 for each number that only the player knows.
fn asked(what: &What) -> Vec<Command> {
    let What::Commands(asked) = what else { return Vec::new() };
    asked
        .iter()
        .map(|asked| match asked {
            Asked::Ready(command) => command.as_ref().clone(),
            Asked::OfProposal { item: _, then } => then.command(ProposalNo(1)),
            Asked::AdoptActions { rule_set: _ } => advising::Command::Adopt { proposal: ProposalNo(1) }.into(),
            Asked::OfAction { item: _, then } | Asked::OfEachAction { then } => then.command(ActionNo(1)),
            Asked::LinkTo { name: _, relation } => lifecycle::Command::Link(lifecycle::Link {
                incident: muster_record::ids::IncidentId::from_bytes([1; 16]),
                relation: *relation,
                authority: None,
                brand: None,
            })
            .into(),
            Asked::ReportNow { to } => review::Command::IssueReport { as_of: Seq(1), to: to.clone() }.into(),
        })
        .collect()
}
