//! What the host would refuse of an answer, and what a reader would miss in it.

use std::collections::BTreeSet;

use crate::{Advice, Citation, Situation};

/// What is wrong with advice, whatever its rules: keys given twice, items without a citation, people
/// or offers that are not there, another look in the past. Empty when it is sound.
pub fn unsound(situation: &Situation, advice: &Advice) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (key, cites) in keyed(advice) {
        if key.is_empty() || key.len() > 128 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            problems.push(format!("{key:?} is not a key: use 1 to 128 printable ASCII characters without spaces"));
        }
        if !seen.insert(key) {
            problems.push(format!("{key}: another item has this key"));
        }
        match cites {
            Some([]) => problems.push(format!("{key}: cites nothing")),
            Some(cites) if cites.iter().any(|cited| cited.clause.is_empty() || cited.words.is_empty()) => {
                problems.push(format!("{key}: cites no clause, or none of its words"));
            }
            Some(_) | None => (),
        }
    }
    for allocation in &advice.allocations {
        if !situation.people.iter().any(|person| person.ref_ == allocation.person) {
            problems.push(format!("{}: no such person", allocation.key));
        }
        let is_known = |to: &String| situation.offers.iter().any(|offer| offer.ref_ == *to);
        if !allocation.to.as_ref().is_none_or(is_known) {
            problems.push(format!("{}: no such offer", allocation.key));
        }
    }
    for remark in &advice.remarks {
        if !seen.contains(remark.key.as_str()) {
            problems.push(format!("{}: a remark on no item", remark.key));
        }
    }
    match advice.look_again_at {
        Some(at) if at <= situation.as_of => {
            problems.push("the next look is not after this one".to_owned());
        }
        Some(_) | None => (),
    }
    problems
}

fn keyed(advice: &Advice) -> Vec<(&str, Option<&[Citation]>)> {
    let Advice {
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
        remarks: _,
        look_again_at: _,
    } = advice;
    let mut keyed: Vec<(&str, Option<&[Citation]>)> = Vec::new();
    keyed.extend(findings.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(questions.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(actions.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(options.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(involvements.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(gates.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(drafts.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(regional_incidents.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(others.iter().map(|item| (item.key.as_str(), Some(item.cites.as_slice()))));
    keyed.extend(allocations.iter().map(|item| (item.key.as_str(), None)));
    keyed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;
    use crate::{Allocation, Answer, Finding, Provenance, cite};

    #[test]
    fn a_sound_answer_has_no_problems() {
        let situation = Story::of_an_emergency_closure().situation();
        let rule = cite("S56", "temporary duty", Provenance::Plan);
        let finding = Finding::new("duty", "s48", Answer::Unknown, "Not known", [rule]);
        let advice = Advice { findings: vec![finding], ..Advice::default() };
        assert_eq!(unsound(&situation, &advice), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_problem_is_named() {
        let situation = Story::of_an_emergency_closure().situation();
        let bare = Finding::new("duty", "s48", Answer::Unknown, "Not known", []);
        let advice = Advice {
            findings: vec![bare.clone(), bare],
            allocations: vec![Allocation::new("person-9", Some("offer-9"), 1, Vec::new())],
            look_again_at: Some(situation.as_of),
            ..Advice::default()
        };
        let expected = [
            "duty: cites nothing",
            "duty: another item has this key",
            "duty: cites nothing",
            "place/person-9: no such person",
            "place/person-9: no such offer",
            "the next look is not after this one",
        ];
        assert_eq!(unsound(&situation, &advice), expected);
    }
}
