//! Invites, joins, changes an interest, leaves; takes an office and hands it over.

use muster_record::agency::{Interest, Office};
use muster_record::incident::participants::Command;

use super::super::Asked;
use super::super::line::Line;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb { words: "invites", form: "invites AGENCY and AGENCY as INTEREST, AGENCY as INTEREST", read: invites },
    Verb { words: "joins", form: "joins", read: |_| ready(Command::Join) },
    Verb {
        words: "changes interest of",
        form: "changes interest of AGENCY to INTEREST because \"REASON\"",
        read: |line| {
            let agency = line.agency()?;
            line.must("to")?;
            ready(Command::ChangeInterest { agency, interest: line.listed("the interest")?, reason: line.because()? })
        },
    },
    Verb {
        words: "leaves",
        form: "leaves because \"REASON\"",
        read: |line| ready(Command::Leave { reason: line.because()? }),
    },
    Verb {
        words: "takes office",
        form: "takes office OFFICE and OFFICE",
        read: |line| {
            let offices: Vec<Office> = line.all_listed("the office")?;
            let takes = |office| Asked::Ready(Box::new(Command::TakeOffice { office }.into()));
            Ok(offices.into_iter().map(takes).collect())
        },
    },
    Verb {
        words: "offers handover of",
        form: "offers handover of OFFICE to AGENCY: \"WHAT THE RECEIVER NEEDS TO KNOW\"",
        read: |line| {
            let office = line.listed("the office")?;
            line.must("to")?;
            ready(Command::OfferHandover { office, to: line.agency()?, brief: line.text("the brief")? })
        },
    },
    Verb {
        words: "accepts handover of",
        form: "accepts handover of OFFICE",
        read: |line| ready(Command::AcceptHandover { office: line.listed("the office")? }),
    },
    Verb {
        words: "rejects handover of",
        form: "rejects handover of OFFICE because \"CAUSE\"",
        read: |line| ready(Command::RejectHandover { office: line.listed("the office")?, cause: line.because()? }),
    },
];

fn invites(line: &mut Line<'_, '_>) -> Read {
    let mut asked = Vec::new();
    loop {
        let mut agencies = vec![line.cast()?.agency.clone()];
        while line.more() {
            agencies.push(line.cast()?.agency.clone());
        }
        line.must("as")?;
        let interest: Interest = line.listed("the interest")?;
        let invite = |agency| Asked::Ready(Box::new(Command::Invite { agency, interest }.into()));
        asked.extend(agencies.into_iter().map(invite));
        if !line.more() {
            return Ok(asked);
        }
    }
}
