//! A rule set that reads something of every part of a situation and gives one item of every kind.

wit_bindgen::generate!({ world: "rule-set", path: "../../../../../wit" });

use exports::muster::policy::rules::*;
use muster::policy::log;

struct Steady;

export!(Steady);

impl Guest for Steady {
    fn describe() -> Description {
        Description {
            name: text("steady"),
            version: text("0.1.0"),
            title: text("A rule set for every version to come"),
            source: text("the contract, 0.1.0"),
            review_due: Some(text("2034-07-31")),
            concerns: vec![
                IncidentKind::QualityConcern,
                IncidentKind::ProviderFailure,
                IncidentKind::Outbreak,
                IncidentKind::Regional,
            ],
            settings_schema: text(r#"{"type": "object", "properties": {"word": {"type": "string"}}}"#),
            facts: vec![text("fire")],
            needs: vec![
                Part::People,
                Part::Figures,
                Part::Facts,
                Part::Offers,
                Part::Actions,
                Part::Restrictions,
                Part::Meetings,
                Part::Recommendations,
                Part::Decisions,
                Part::Related,
            ],
            gives: vec![
                ItemKind::Finding,
                ItemKind::Question,
                ItemKind::Action,
                ItemKind::Options,
                ItemKind::Involvement,
                ItemKind::Gate,
                ItemKind::Draft,
                ItemKind::Allocation,
                ItemKind::RegionalIncident,
                ItemKind::Other,
            ],
            tags: vec![],
        }
    }

    fn check_settings(settings: String) -> Result<(), Vec<Issue>> {
        match settings.contains("refuse") {
            true => Err(vec![Issue { path: text("/word"), problem: text("is refused") }]),
            false => Ok(()),
        }
    }

    fn advise(situation: Situation, settings: String) -> Result<Advice, Fault> {
        log::write(log::Level::Info, "asked");
        if settings.contains("fail") {
            return Err(Fault::Failed(text("as it was told to")));
        }
        Ok(advice(&situation))
    }
}

fn advice(situation: &Situation) -> Advice {
    let person = situation.people.first();
    let offer = situation.offers.first();
    Advice {
        findings: vec![Finding {
            key: text("read"),
            subject: situation.title.clone(),
            verdict: answer(situation),
            title: text("What was read"),
            because: read(situation),
            cites: cites(),
        }],
        questions: vec![Question {
            key: text("ask/fire"),
            fact: text("fire"),
            asks: text("Is there a fire?"),
            of_kind: AgencyKind::Provider,
            cites: cites(),
        }],
        actions: vec![ProposedAction {
            key: text("call"),
            title: text("Call the families"),
            owner: AgencyKind::Council,
            owner_agency: situation.participants.first().map(|seat| seat.agency.clone()),
            due: Some(situation.notified_at + 72 * 3600),
            because: vec![],
            cites: cites(),
        }],
        options: vec![OptionSet {
            key: text("where"),
            question: text("Stay or go?"),
            decided_by: Office::IncidentLead,
            choices: vec![Choice { key: text("stay"), title: text("Stay"), rank: 1, suits: Answer::Unknown, because: vec![] }],
            cites: cites(),
        }],
        involvements: vec![Involvement {
            key: text("regulator"),
            agency: AgencyKind::Regulator,
            interest: Interest::Oversight,
            why: text("it registers the service"),
            cites: cites(),
        }],
        gates: vec![Gate {
            key: text("end"),
            blocks: Step::Close,
            until: text("everybody is safe"),
            satisfied: Answer::No,
            cites: cites(),
        }],
        drafts: vec![Draft {
            key: text("letter"),
            audience: text("families"),
            title: text("A letter"),
            body: text("Dear families,\nnothing is the matter."),
            approved_by: AgencyKind::Council,
            cites: cites(),
        }],
        allocations: person
            .map(|person| Allocation {
                key: text("place"),
                person: person.ref_.clone(),
                to: offer.map(|offer| offer.ref_.clone()),
                rank: 1,
                because: vec![],
            })
            .into_iter()
            .collect(),
        regional_incidents: vec![RegionalIncident {
            key: text("region"),
            title: text("Rosebank Care"),
            region: situation.region.clone(),
            because: vec![],
            cites: cites(),
        }],
        others: vec![Other {
            key: text("lanes"),
            kind: text("county/lanes"),
            title: text("Three lanes are open"),
            json: text(r#"{"lanes": 3}"#),
            because: vec![],
            cites: cites(),
        }],
        remarks: vec![Remark {
            key: text("ask/fire"),
            rests_on: Some(vec![]),
            tags: vec![Tag { of: text("ask/fire"), name: text("heading"), value: text("Fire") }],
        }],
        look_again_at: Some(situation.as_of + 3600),
    }
}

fn answer(situation: &Situation) -> Answer {
    match situation.facts.iter().find(|fact| fact.key == "fire").map(|fact| &fact.value) {
        Some(FactValue::Answer(answer)) => *answer,
        Some(FactValue::Number(_) | FactValue::Text(_) | FactValue::At(_)) | None => Answer::Unknown,
    }
}

fn read(situation: &Situation) -> Vec<String> {
    let counts = [
        ("services", situation.services.len()),
        ("participants", situation.participants.len()),
        ("people", situation.people.len()),
        ("figures", situation.figures.as_ref().map_or(0, |figures| figures.people.at_most as usize)),
        ("facts", situation.facts.len()),
        ("offers", situation.offers.len()),
        ("actions", situation.actions.len()),
        ("restrictions", situation.restrictions.len()),
        ("meetings", situation.meetings.len()),
        ("recommendations", situation.recommendations.len()),
        ("decisions", situation.decisions.len()),
        ("milestones", situation.milestones.len()),
        ("related", situation.related.len()),
        ("withheld", situation.withheld.len()),
        ("tags", situation.tags.len()),
    ];
    counts.into_iter().map(|(name, count)| [name, ": ", &count.to_string()].concat()).collect()
}

fn cites() -> Vec<Citation> {
    vec![Citation { clause: text("S1"), words: text("keep people safe"), provenance: Provenance::Plan }]
}

fn text(words: &str) -> String {
    words.to_owned()
}
