//! Advice on its way out: each text cleaned and measured, each moment and name read, or the place that will not do.

use std::collections::BTreeMap;

use chrono::DateTime;
use muster_record::advice::{
    Advice, Allocation, Choice, Citation, Draft, Finding, Gate, Involvement, Item, OptionSet, Other, ProposedAction,
    Question, RegionalIncident, Remark,
};
use muster_record::ids::AgencyId;
use muster_record::situation::Tag;
use muster_record::time::Instant;

use crate::bindings::wit;
use crate::limits::{BODY_CHARS, TEXT_CHARS};
use crate::text;
use crate::validate::Invalid;

/// The first and the last second that advice may name: 1970 up to 2200. A moment outside is a slip of units.
const MOMENTS: std::ops::Range<i64> = 0..7_258_118_400;

/// What people read, on one line. It is cut and not refused where it is too long: it may quote what somebody wrote on the
/// record, who must not be able to silence a rule set by it.
fn shown(given: &str) -> String {
    text::shortened(text::one_line(given), TEXT_CHARS)
}

fn all_shown(given: &[String]) -> Vec<String> {
    given.iter().map(|one| shown(one)).collect()
}

/// Where in the advice something stands.
#[derive(Clone, Copy)]
struct At<'a> {
    kind: &'static str,
    key: &'a str,
}

impl At<'_> {
    fn invalid(self, field: &str, problem: &str) -> Invalid {
        Invalid { at: format!("{} {} {field}", self.kind, text::cut(self.key, 80)), problem: problem.to_owned() }
    }

    fn measured(self, field: &str, cleaned: String, max: usize) -> Result<String, Invalid> {
        if cleaned.len() > max && cleaned.chars().nth(max).is_some() {
            return Err(self.invalid(field, &format!("longer than {max} characters")));
        }
        Ok(cleaned)
    }

    /// What names something, or has to be whole: it is refused where it is too long.
    fn exact(self, field: &str, given: &str) -> Result<String, Invalid> {
        self.measured(field, text::one_line(given), TEXT_CHARS)
    }

    fn cites(self, given: &[wit::Citation]) -> Result<Vec<Citation>, Invalid> {
        let cite = |wit::Citation { clause, words, provenance }: &wit::Citation| {
            Ok(Citation {
                clause: self.exact("cites clause", clause)?,
                words: self.exact("cites words", words)?,
                provenance: (*provenance).into(),
            })
        };
        given.iter().map(cite).collect()
    }

    fn moment(self, field: &str, seconds: i64) -> Result<Instant, Invalid> {
        match DateTime::from_timestamp_secs(seconds) {
            Some(at) if MOMENTS.contains(&seconds) => Ok(at),
            Some(_) | None => Err(self.invalid(field, &format!("{seconds} is not in seconds from 1970 to 2200"))),
        }
    }

    fn agency(self, field: &str, name: &str) -> Result<AgencyId, Invalid> {
        name.parse().map_err(|bad| self.invalid(field, &format!("{bad}")))
    }
}

/// Reads the whole answer, its items in the contract's order. The keys are left as they are, for `validate`.
pub(crate) fn read(answer: &wit::Advice) -> Result<Advice, Invalid> {
    let wit::Advice {
        findings,
        questions,
        actions,
        options,
        involvements,
        gates,
        drafts,
        allocations,
        regional_incidents,
        others,
        remarks,
        look_again_at,
    } = answer;
    let findings = findings.iter().map(finding);
    let questions = questions.iter().map(question);
    let actions = actions.iter().map(action);
    let options = options.iter().map(option_set);
    let involvements = involvements.iter().map(involvement);
    let gates = gates.iter().map(gate);
    let drafts = drafts.iter().map(draft);
    let allocations = allocations.iter().map(allocation);
    let regional_incidents = regional_incidents.iter().map(regional_incident);
    let others = others.iter().map(other);
    let items = findings
        .chain(questions)
        .chain(actions)
        .chain(options)
        .chain(involvements)
        .chain(gates)
        .chain(drafts)
        .chain(allocations)
        .chain(regional_incidents)
        .chain(others)
        .collect::<Result<Vec<Item>, Invalid>>()?;
    let at = At { kind: "advice", key: "as a whole" };
    let look_again_at = look_again_at.map(|seconds| at.moment("look-again-at", seconds)).transpose()?;
    Ok(Advice { items, remarks: read_remarks(remarks)?, look_again_at })
}

/// One remark on each item at most: of two, it would be unclear which holds.
fn read_remarks(given: &[wit::Remark]) -> Result<BTreeMap<String, Remark>, Invalid> {
    let mut remarks = BTreeMap::new();
    for wit::Remark { key, rests_on, tags } in given {
        let at = At { kind: "remark", key };
        let remark = Remark {
            rests_on: rests_on.as_ref().map(|parts| parts.iter().map(|part| (*part).into()).collect()),
            tags: tags.iter().map(|given| tag(at, given)).collect::<Result<_, Invalid>>()?,
        };
        if remarks.insert(key.clone(), remark).is_some() {
            return Err(at.invalid("key", "another remark is on this item"));
        }
    }
    Ok(remarks)
}

fn tag(at: At<'_>, given: &wit::Tag) -> Result<Tag, Invalid> {
    let wit::Tag { of, name, value } = given;
    Ok(Tag { of: at.exact("tag of", of)?, name: at.exact("tag name", name)?, value: at.exact("tag value", value)? })
}

fn finding(given: &wit::Finding) -> Result<Item, Invalid> {
    let wit::Finding { key, subject, verdict, title, because, cites } = given;
    let at = At { kind: "finding", key };
    Ok(Item::Finding(Finding {
        key: key.clone(),
        subject: shown(subject),
        verdict: (*verdict).into(),
        title: shown(title),
        because: all_shown(because),
        cites: at.cites(cites)?,
    }))
}

fn question(given: &wit::Question) -> Result<Item, Invalid> {
    let wit::Question { key, fact, asks, of_kind, cites } = given;
    let at = At { kind: "question", key };
    Ok(Item::Question(Question {
        key: key.clone(),
        fact: at.exact("fact", fact)?,
        asks: shown(asks),
        of_kind: (*of_kind).into(),
        cites: at.cites(cites)?,
    }))
}

fn action(given: &wit::ProposedAction) -> Result<Item, Invalid> {
    let wit::ProposedAction { key, title, owner, owner_agency, due, because, cites } = given;
    let at = At { kind: "action", key };
    Ok(Item::Action(ProposedAction {
        key: key.clone(),
        title: shown(title),
        owner: (*owner).into(),
        owner_agency: owner_agency.as_deref().map(|name| at.agency("owner-agency", name)).transpose()?,
        due: due.map(|seconds| at.moment("due", seconds)).transpose()?,
        because: all_shown(because),
        cites: at.cites(cites)?,
    }))
}

fn option_set(given: &wit::OptionSet) -> Result<Item, Invalid> {
    let wit::OptionSet { key, question, decided_by, choices, cites } = given;
    let at = At { kind: "options", key };
    let choice = |wit::Choice { key, title, rank, suits, because }: &wit::Choice| Choice {
        key: key.clone(),
        title: shown(title),
        rank: *rank,
        suits: (*suits).into(),
        because: all_shown(because),
    };
    Ok(Item::Options(OptionSet {
        key: key.clone(),
        question: shown(question),
        decided_by: (*decided_by).into(),
        choices: choices.iter().map(choice).collect(),
        cites: at.cites(cites)?,
    }))
}

fn involvement(given: &wit::Involvement) -> Result<Item, Invalid> {
    let wit::Involvement { key, agency, interest, why, cites } = given;
    let at = At { kind: "involvement", key };
    Ok(Item::Involvement(Involvement {
        key: key.clone(),
        agency: (*agency).into(),
        interest: (*interest).into(),
        why: shown(why),
        cites: at.cites(cites)?,
    }))
}

fn gate(given: &wit::Gate) -> Result<Item, Invalid> {
    let wit::Gate { key, blocks, until, satisfied, cites } = given;
    let at = At { kind: "gate", key };
    Ok(Item::Gate(Gate {
        key: key.clone(),
        blocks: (*blocks).into(),
        until: shown(until),
        satisfied: (*satisfied).into(),
        cites: at.cites(cites)?,
    }))
}

fn draft(given: &wit::Draft) -> Result<Item, Invalid> {
    let wit::Draft { key, audience, title, body, approved_by, cites } = given;
    let at = At { kind: "draft", key };
    Ok(Item::Draft(Draft {
        key: key.clone(),
        audience: shown(audience),
        title: shown(title),
        body: text::shortened(text::many_lines(body), BODY_CHARS),
        approved_by: (*approved_by).into(),
        cites: at.cites(cites)?,
    }))
}

fn allocation(given: &wit::Allocation) -> Result<Item, Invalid> {
    let wit::Allocation { key, person, to, rank, because } = given;
    let at = At { kind: "allocation", key };
    Ok(Item::Allocation(Allocation {
        key: key.clone(),
        person: at.exact("person", person)?,
        to: to.as_deref().map(|to| at.exact("to", to)).transpose()?,
        rank: *rank,
        because: all_shown(because),
    }))
}

fn other(given: &wit::Other) -> Result<Item, Invalid> {
    let wit::Other { key, kind, title, json, because, cites } = given;
    let at = At { kind: "other", key };
    let json = at.measured("json", text::many_lines(json), BODY_CHARS)?;
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&json) {
        return Err(at.invalid("json", &format!("is not JSON: {error}")));
    }
    Ok(Item::Other(Other {
        key: key.clone(),
        kind: at.exact("kind", kind)?,
        title: shown(title),
        json,
        because: all_shown(because),
        cites: at.cites(cites)?,
    }))
}

fn regional_incident(given: &wit::RegionalIncident) -> Result<Item, Invalid> {
    let wit::RegionalIncident { key, title, region, because, cites } = given;
    let at = At { kind: "regional-incident", key };
    Ok(Item::Regional(RegionalIncident {
        key: key.clone(),
        title: shown(title),
        region: region.as_deref().map(|region| at.exact("region", region)).transpose()?,
        because: all_shown(because),
        cites: at.cites(cites)?,
    }))
}
