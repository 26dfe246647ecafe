//! Items of advice, out only: nobody sends advice in.

use muster_record::advice::{
    Allocation, Choice, Citation, Draft, Finding, Gate, Involvement, Item, OptionSet, Other, ProposedAction, Question,
    RegionalIncident, Remark,
};
use muster_record::situation::Tag;

use crate::time::write_time;
use crate::v1;
use crate::v1::advice_item::Item as Arm;
use crate::words::Word as _;

pub(crate) fn write(item: &Item, remark: &Remark) -> v1::AdviceItem {
    let arm = match item {
        Item::Finding(finding) => Arm::Finding(write_finding(finding)),
        Item::Question(question) => Arm::Question(write_question(question)),
        Item::Action(action) => Arm::Action(write_action(action)),
        Item::Options(options) => Arm::Options(write_options(options)),
        Item::Involvement(involvement) => Arm::Involvement(write_involvement(involvement)),
        Item::Gate(gate) => Arm::Gate(write_gate(gate)),
        Item::Draft(draft) => Arm::Draft(write_draft(draft)),
        Item::Allocation(allocation) => Arm::Allocation(write_allocation(allocation)),
        Item::Regional(regional) => Arm::RegionalIncident(write_regional(regional)),
        Item::Other(other) => Arm::Other(write_other(other)),
    };
    let Remark { rests_on, tags } = remark;
    v1::AdviceItem {
        key: item.key().to_owned(),
        cites: write_citations(item.cites()),
        rests_on: rests_on.as_ref().map(|parts| v1::RestsOn { parts: parts.iter().map(|part| part.write()).collect() }),
        tags: tags.iter().map(write_tag).collect(),
        item: Some(arm),
    }
}

pub(crate) fn write_citations(cites: &[Citation]) -> Vec<v1::Citation> {
    let write = |Citation { clause, words, provenance }: &Citation| v1::Citation {
        clause: clause.clone(),
        words: words.clone(),
        provenance: provenance.write(),
    };
    cites.iter().map(write).collect()
}

fn write_finding(finding: &Finding) -> v1::Finding {
    let Finding { key: _, subject, verdict, title, because, cites: _ } = finding;
    v1::Finding { subject: subject.clone(), verdict: verdict.write(), title: title.clone(), because: because.clone() }
}

fn write_question(question: &Question) -> v1::Question {
    let Question { key: _, fact, asks, of_kind, cites: _ } = question;
    v1::Question { fact: fact.clone(), asks: asks.clone(), of_kind: of_kind.write() }
}

fn write_action(action: &ProposedAction) -> v1::ProposedAction {
    let ProposedAction { key: _, title, owner, owner_agency, due, because, cites: _ } = action;
    v1::ProposedAction {
        title: title.clone(),
        owner: owner.write(),
        owner_agency: owner_agency.as_ref().map(ToString::to_string),
        due: due.map(write_time),
        because: because.clone(),
    }
}

fn write_options(options: &OptionSet) -> v1::OptionSet {
    let OptionSet { key: _, question, decided_by, choices, cites: _ } = options;
    v1::OptionSet {
        question: question.clone(),
        decided_by: decided_by.write(),
        choices: choices.iter().map(write_choice).collect(),
    }
}

fn write_choice(choice: &Choice) -> v1::Choice {
    let Choice { key, title, rank, suits, because } = choice;
    v1::Choice { key: key.clone(), title: title.clone(), rank: *rank, suits: suits.write(), because: because.clone() }
}

fn write_involvement(involvement: &Involvement) -> v1::Involvement {
    let Involvement { key: _, agency, interest, why, cites: _ } = involvement;
    v1::Involvement { agency: agency.write(), interest: interest.write(), why: why.clone() }
}

fn write_gate(gate: &Gate) -> v1::Gate {
    let Gate { key: _, blocks, until, satisfied, cites: _ } = gate;
    v1::Gate { blocks: blocks.write(), until: until.clone(), satisfied: satisfied.write() }
}

fn write_draft(draft: &Draft) -> v1::Draft {
    let Draft { key: _, audience, title, body, approved_by, cites: _ } = draft;
    v1::Draft { audience: audience.clone(), title: title.clone(), body: body.clone(), approved_by: approved_by.write() }
}

fn write_allocation(allocation: &Allocation) -> v1::Allocation {
    let Allocation { key: _, person, to, rank, because } = allocation;
    v1::Allocation { person: person.clone(), to: to.clone(), rank: *rank, because: because.clone() }
}

fn write_tag(tag: &Tag) -> v1::AdviceTag {
    let Tag { of, name, value } = tag;
    v1::AdviceTag { of: of.clone(), name: name.clone(), value: value.clone() }
}

fn write_other(other: &Other) -> v1::OtherAdvice {
    let Other { key: _, kind, title, json, because, cites: _ } = other;
    v1::OtherAdvice { kind: kind.clone(), title: title.clone(), json: json.clone(), because: because.clone() }
}

fn write_regional(regional: &RegionalIncident) -> v1::RegionalIncident {
    let RegionalIncident { key: _, title, region, because, cites: _ } = regional;
    v1::RegionalIncident { title: title.clone(), region: region.clone(), because: because.clone() }
}
