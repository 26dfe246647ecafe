//! A rule set whose settings say how it misbehaves.
//!
//! Settings are a word, or two with a colon between: what it does in `advise`, and in which situation
//! (only for an incident that has a title, so that it loads and then misbehaves).

wit_bindgen::generate!({ world: "rule-set", path: "../../../../../wit" });

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use exports::muster::policy::rules::*;
use muster::policy::log;

static CALLS: AtomicU32 = AtomicU32::new(0);

const PARTS: [Part; 10] = [
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
];

/// Every kind of advice.
const KINDS: [ItemKind; 10] = [
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
];

struct Misbehaving;

export!(Misbehaving);

impl Guest for Misbehaving {
    fn describe() -> Description {
        Description {
            name: "misbehaving".to_owned(),
            version: "0.1.0".to_owned(),
            title: "Misbehaving\u{202e} on purpose".to_owned(),
            source: "tests".to_owned(),
            review_due: Some("2024-07-31".to_owned()),
            concerns: vec![IncidentKind::Outbreak, IncidentKind::Regional],
            // None: a word is no JSON.
            settings_schema: String::new(),
            facts: vec!["fire".to_owned()],
            needs: PARTS.to_vec(),
            gives: KINDS.to_vec(),
            tags: vec![],
        }
    }

    fn check_settings(settings: String) -> Result<(), Vec<Issue>> {
        match settings.as_str() {
            "refused" => Err(vec![Issue { path: "/a".to_owned(), problem: "is wr\u{1b}ong".to_owned() }]),
            "panics-on-settings" | "\"panics-on-settings\"" => panic!("settings"),
            _ => Ok(()),
        }
    }

    fn advise(situation: Situation, settings: String) -> Result<Advice, Fault> {
        std::panic::set_hook(Box::new(|info| log::write(log::Level::Error, &info.to_string())));
        if situation.title.is_empty() && settings != "always-fails" {
            return Ok(nothing());
        }
        misbehave(&situation, &settings)
    }
}

fn misbehave(situation: &Situation, settings: &str) -> Result<Advice, Fault> {
    let mut advice = nothing();
    match settings {
        "good" => advice = good(situation),
        "loop" => forever(0),
        "recurse" => advice.findings.push(finding(&recurse(1).to_string())),
        "panic" => panic!("the author forgot {} people\u{1b}[2J", situation.people.len()),
        "allocate" => hoard(),
        "huge-output" => advice.drafts.push(draft(&"x".repeat(24 << 20))),
        "many-long-titles" => write_much(&mut advice),
        "says-failed" => return Err(Fault::Failed("no\u{202e}t\u{7} today".to_owned())),
        "always-fails" => return Err(Fault::Failed("never".to_owned())),
        "says-settings" => {
            return Err(Fault::Settings(vec![Issue { path: "/x".to_owned(), problem: "gone".to_owned() }]));
        }
        "long-failure" => return Err(Fault::Failed("é".repeat(5_000))),
        "empty-key" => advice.findings.push(finding("")),
        "long-key" => advice.findings.push(finding(&"k".repeat(129))),
        "key-of-128" => advice.findings.push(finding(&"k".repeat(128))),
        "spaced-key" => advice.findings.push(finding("two words")),
        "foreign-key" => advice.findings.push(finding("schl\u{fc}ssel")),
        "duplicate-keys" => {
            advice.findings.push(finding("same"));
            advice.gates.push(gate("same"));
        }
        "duplicate-choices" => advice.options.push(option_set(&[("a", 1), ("a", 2)])),
        "rank-zero" => advice.options.push(option_set(&[("a", 1), ("b", 0)])),
        "unknown-person" => advice.allocations.push(allocation("person-9", "offer-1")),
        "unknown-offer" => advice.allocations.push(allocation("person-1", "offer-9")),
        "unplaced" => advice.allocations.push(allocation("person-1", "")),
        "unknown-agency" => advice.actions.push(action(Some("stranger"), None)),
        "garbage-agency" => advice.actions.push(action(Some("Not A Name"), None)),
        "seated-agency" => advice.actions.push(action(Some("icb"), None)),
        "placing-agency" => advice.actions.push(action(Some("far-council"), None)),
        "due-in-milliseconds" => advice.actions.push(action(None, Some(situation.as_of * 1000))),
        "due-before-1970" => advice.actions.push(action(None, Some(-1))),
        "due-beyond-time" => advice.actions.push(action(None, Some(i64::MAX))),
        "too-many-items" => advice.findings.extend((0..2_001).map(|number| finding(&format!("f{number}")))),
        "as-many-items" => advice.findings.extend((0..2_000).map(|number| finding(&format!("f{number}")))),
        "long-title" => advice.findings.push(Finding {
            title: "x".repeat(2_001),
            because: vec!["y".repeat(2_001)],
            ..finding("long")
        }),
        "long-words" => {
            let mut finding = finding("long");
            finding.cites.iter_mut().for_each(|cited| cited.words = "x".repeat(2_001));
            advice.findings.push(finding);
        }
        "long-body" => advice.drafts.push(draft(&"x".repeat(20_001))),
        "much-json" => advice
            .drafts
            .extend((0..40).map(|number| Draft { key: format!("d{number}"), ..draft(&"x".repeat(15_000)) })),
        "control-characters" => {
            advice.findings.push(Finding { title: "red\u{1b}[31m \u{202e}alert\n\u{0}".to_owned(), ..finding("ansi") });
            advice.drafts.push(draft("Dear\nfamily\r\n\u{7}of\u{2066} Rosebank"));
        }
        "look-back" => advice.look_again_at = Some(situation.as_of),
        "look-ahead" => advice.look_again_at = Some(situation.as_of + 1),
        "hourly" => {
            advice.findings.push(finding(&format!("at-{}", situation.as_of)));
            advice.look_again_at = Some(situation.as_of + 3600);
        }
        "by-twos" => {
            let due = situation.as_of / 2 * 2;
            advice.findings.push(finding(&format!("at-{due}")));
            advice.look_again_at = Some(due + 2);
        }
        "remember" => {
            let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
            advice.findings.push(finding(&format!("call-{calls}")));
        }
        "chatter" => {
            (0..150).for_each(|line| log::write(log::Level::Debug, &format!("{line}\u{1b}{}", "y".repeat(2_000))))
        }
        "float" => advice.findings.push(finding(&nan())),
        "other-not-json" => advice.others.push(other("{lanes")),
        "remark-on-nothing" => rests(&mut advice, "nothing", &[Part::Facts]),
        "two-remarks" => {
            advice.findings.push(finding("a"));
            rests(&mut advice, "a", &[Part::Facts]);
            rests(&mut advice, "a", &[]);
        }
        // What it says depends on people, and it says that it does not.
        "lies" => {
            advice.findings.push(Finding { title: format!("{} people", situation.people.len()), ..finding("a") });
            rests(&mut advice, "a", &[Part::Facts]);
        }
        // What it says does not depend on people; that it says it does.
        "lies-by-silence" => {
            if situation.people.is_empty() {
                advice.findings.push(finding("a"));
                rests(&mut advice, "a", &[Part::Facts]);
            }
        }
        "names-a-person" => {
            advice.findings.push(Finding { title: "Person-1 needs a bed".to_owned(), ..finding("a") });
            rests(&mut advice, "a", &[Part::Facts]);
        }
        "allocates-without-people" => {
            advice.allocations.push(allocation("person-1", "offer-1"));
            rests(&mut advice, "an-allocation", &[Part::Offers]);
        }
        "fails-without-people" => {
            assert!(!situation.people.is_empty(), "nobody is there");
            advice.findings.push(finding("a"));
            rests(&mut advice, "a", &[Part::Facts]);
        }
        "rests" => {
            advice.findings.push(Finding { title: format!("{} people", situation.people.len()), ..finding("whole") });
            advice.findings.push(Finding { title: format!("{} facts", situation.facts.len()), ..finding("facts") });
            advice.findings.push(Finding { title: format!("{:?}", situation.figures), ..finding("figures") });
            rests(&mut advice, "facts", &[Part::Facts]);
            rests(&mut advice, "figures", &[Part::Figures, Part::Facts]);
        }
        "rests-on-too-much" => {
            for number in 0..5 {
                advice.findings.push(finding(&format!("a{number}")));
                rests(&mut advice, &format!("a{number}"), &PARTS[1..=number + 1]);
            }
        }
        "echo" => advice.findings.extend(echo(situation)),
        other => return Err(Fault::Failed(format!("no such misbehaviour: {other}"))),
    }
    Ok(advice)
}

fn forever(mut count: u64) {
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

fn recurse(depth: u64) -> u64 {
    match black_box(depth) {
        0 => 0,
        depth => recurse(depth + 1) + black_box(1),
    }
}

fn hoard() {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(black_box(vec![1; 1 << 20]));
    }
}

/// Twenty megabytes in pieces none of which is too long by itself for the host to copy.
fn write_much(advice: &mut Advice) {
    for number in 0..200 {
        advice.findings.push(Finding { title: "x".repeat(100_000), ..finding(&format!("a{number}")) });
    }
}

/// The bits of a not-a-number, which differ between processors unless the host makes them one.
fn nan() -> String {
    let zero = black_box(0.0_f64);
    format!("nan-{:x}", (zero / zero).to_bits())
}

/// What a rule set reads, said back: every list in its order.
fn echo(situation: &Situation) -> Vec<Finding> {
    let said = format!("{situation:?}");
    let parts: Vec<char> = said.chars().collect();
    parts
        .chunks(1_900)
        .enumerate()
        .map(|(number, part)| Finding { title: part.iter().collect(), ..finding(&format!("part-{number}")) })
        .collect()
}

fn good(situation: &Situation) -> Advice {
    Advice {
        findings: vec![finding("a-finding")],
        questions: vec![Question {
            key: "a-question".to_owned(),
            fact: "fire".to_owned(),
            asks: "Is there a fire?".to_owned(),
            of_kind: AgencyKind::Provider,
            cites: vec![cite()],
        }],
        actions: vec![action(Some("icb"), Some(situation.notified_at + 72 * 3600))],
        options: vec![option_set(&[("stay", 1), ("go", 2)])],
        involvements: vec![Involvement {
            key: "an-involvement".to_owned(),
            agency: AgencyKind::Regulator,
            interest: Interest::Oversight,
            why: "it registers the service".to_owned(),
            cites: vec![cite()],
        }],
        gates: vec![gate("a-gate")],
        drafts: vec![draft("Dear all,\nnothing is the matter.")],
        allocations: match situation.people.is_empty() || situation.offers.is_empty() {
            true => vec![],
            false => vec![allocation("person-1", "offer-1")],
        },
        regional_incidents: vec![RegionalIncident {
            key: "a-regional-incident".to_owned(),
            title: "Rosebank Care".to_owned(),
            region: None,
            because: vec!["entry 1".to_owned()],
            cites: vec![cite()],
        }],
        others: vec![other(r#"{"lanes": 3}"#)],
        remarks: vec![Remark {
            key: "a-question".to_owned(),
            rests_on: Some(vec![Part::Facts]),
            tags: vec![Tag { of: "a-question".to_owned(), name: "heading".to_owned(), value: "Fire".to_owned() }],
        }],
        look_again_at: Some(situation.as_of + 3600),
    }
}

fn nothing() -> Advice {
    Advice {
        findings: vec![],
        questions: vec![],
        actions: vec![],
        options: vec![],
        involvements: vec![],
        gates: vec![],
        drafts: vec![],
        allocations: vec![],
        regional_incidents: vec![],
        others: vec![],
        remarks: vec![],
        look_again_at: None,
    }
}

fn cite() -> Citation {
    Citation { clause: "S1".to_owned(), words: "keep people safe".to_owned(), provenance: Provenance::Statute }
}

fn rests(advice: &mut Advice, key: &str, parts: &[Part]) {
    advice.remarks.push(Remark { key: key.to_owned(), rests_on: Some(parts.to_vec()), tags: vec![] });
}

fn other(json: &str) -> Other {
    Other {
        key: "another".to_owned(),
        kind: "county/lanes".to_owned(),
        title: "Three lanes are open".to_owned(),
        json: json.to_owned(),
        because: vec![],
        cites: vec![cite()],
    }
}

fn finding(key: &str) -> Finding {
    Finding {
        key: key.to_owned(),
        subject: "rosebank".to_owned(),
        verdict: Answer::Unknown,
        title: "Something is so".to_owned(),
        because: vec!["entry 1".to_owned()],
        cites: vec![cite()],
    }
}

fn action(owner_agency: Option<&str>, due: Option<i64>) -> ProposedAction {
    ProposedAction {
        key: "an-action".to_owned(),
        title: "Do something".to_owned(),
        owner: AgencyKind::HealthCommissioner,
        owner_agency: owner_agency.map(str::to_owned),
        due,
        because: vec![],
        cites: vec![],
    }
}

fn option_set(choices: &[(&str, u32)]) -> OptionSet {
    let choice = |(key, rank): &(&str, u32)| Choice {
        key: (*key).to_owned(),
        title: format!("To {key}"),
        rank: *rank,
        suits: Answer::Yes,
        because: vec![],
    };
    OptionSet {
        key: "options".to_owned(),
        question: "Stay or go?".to_owned(),
        decided_by: Office::DassLead,
        choices: choices.iter().map(choice).collect(),
        cites: vec![],
    }
}

fn gate(key: &str) -> Gate {
    Gate {
        key: key.to_owned(),
        blocks: Step::MoveAtNight,
        until: "the transport co-ordinator agrees".to_owned(),
        satisfied: Answer::No,
        cites: vec![],
    }
}

fn draft(body: &str) -> Draft {
    Draft {
        key: "a-draft".to_owned(),
        audience: "families".to_owned(),
        title: "A letter".to_owned(),
        body: body.to_owned(),
        approved_by: AgencyKind::Council,
        cites: vec![],
    }
}

fn allocation(person: &str, to: &str) -> Allocation {
    Allocation {
        key: "an-allocation".to_owned(),
        person: person.to_owned(),
        to: (!to.is_empty()).then(|| to.to_owned()),
        rank: 1,
        because: vec!["nearest".to_owned()],
    }
}
