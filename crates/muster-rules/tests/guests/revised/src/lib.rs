//! A rule set in two versions: with the feature `candidate` it says four things otherwise, and nothing else.

wit_bindgen::generate!({ world: "rule-set", path: "../../../../../wit" });

use exports::muster::policy::rules::*;

/// Whether this is the candidate.
const CANDIDATE: bool = cfg!(feature = "candidate");

struct Revised;

export!(Revised);

impl Guest for Revised {
    fn describe() -> Description {
        Description {
            name: text("revised"),
            version: text(if CANDIDATE { "0.2.0" } else { "0.1.0" }),
            title: text("A rule set with a candidate"),
            source: text("tests"),
            review_due: None,
            concerns: vec![IncidentKind::Outbreak],
            settings_schema: text(r#"{"type": "object", "properties": {"letter": {"type": "string"}}}"#),
            facts: vec![text("fire")],
            needs: vec![Part::Facts],
            gives: vec![ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Gate],
            tags: vec![],
        }
    }

    fn check_settings(_settings: String) -> Result<(), Vec<Issue>> {
        Ok(())
    }

    fn advise(situation: Situation, settings: String) -> Result<Advice, Fault> {
        let mut findings = vec![finding("fire", "A fire was looked for", fire(&situation), &settings)];
        let mut gates = vec![gate("end", Step::Close)];
        if CANDIDATE {
            gates.push(gate("night", Step::MoveAtNight));
        } else {
            findings.push(finding("smoke", "<script>smoke</script> & mirrors", Answer::Unknown, ""));
        }
        let hours = if CANDIDATE { 48 } else { 72 };
        let owner = if CANDIDATE { AgencyKind::HealthCommissioner } else { AgencyKind::Council };
        Ok(Advice {
            findings,
            questions: vec![Question {
                key: text("ask/fire"),
                fact: text("fire"),
                asks: text("Is there a fire?"),
                of_kind: AgencyKind::Provider,
                cites: cites(),
            }],
            actions: vec![
                action("call", AgencyKind::Council, Some(situation.notified_at + hours * 3600)),
                action("visit", owner, None),
            ],
            options: vec![],
            involvements: vec![],
            gates,
            drafts: vec![],
            allocations: vec![],
            regional_incidents: vec![],
            others: vec![],
            remarks: vec![],
            look_again_at: None,
        })
    }
}

fn fire(situation: &Situation) -> Answer {
    match situation.facts.iter().find(|fact| fact.key == "fire").map(|fact| &fact.value) {
        Some(FactValue::Answer(answer)) => *answer,
        Some(FactValue::Number(_) | FactValue::Text(_) | FactValue::At(_)) | None => Answer::Unknown,
    }
}

fn finding(key: &str, title: &str, verdict: Answer, because: &str) -> Finding {
    let because = if because.is_empty() { vec![] } else { vec![text(because)] };
    Finding { key: text(key), subject: text("the home"), verdict, title: text(title), because, cites: cites() }
}

fn action(key: &str, owner: AgencyKind, due: Option<i64>) -> ProposedAction {
    let title = ["Do: ", key].concat();
    ProposedAction { key: text(key), title, owner, owner_agency: None, due, because: vec![], cites: cites() }
}

fn gate(key: &str, blocks: Step) -> Gate {
    Gate { key: text(key), blocks, until: text("everybody is safe"), satisfied: Answer::No, cites: cites() }
}

fn cites() -> Vec<Citation> {
    vec![Citation { clause: text("S7"), words: text("keep people safe"), provenance: Provenance::Plan }]
}

fn text(words: &str) -> String {
    words.to_owned()
}
