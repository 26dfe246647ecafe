//! What was ever stored can always be read: one kept sample of every fact, in every version of the stored form.
//!
//! Samples are never rewritten. A fact that changes keeps its old sample and gets a new one in a new folder.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::entry::{Content, Domain, Entry, Envelope, Hash, Sealed};
use crate::fact::Fact;
use crate::ids::{IncidentId, Seq};
use crate::testing::at;

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "samples", "v1"].iter().collect()
}

/// Every fact there is, as `family.fact`: what serde says it would have taken in place of a word it does not know.
fn every_fact() -> BTreeSet<String> {
    let expected = |json: &str| -> Vec<String> {
        let error = serde_json::from_str::<Fact>(json).unwrap_err().to_string();
        let words = error.split("expected").nth(1).unwrap().split('`').skip(1).step_by(2);
        words.map(str::to_owned).collect()
    };
    let families = expected(r#"{"family":"?"}"#);
    let facts = |family: &String| {
        let facts = expected(&format!(r#"{{"family":"{family}","fact":"?"}}"#));
        facts.into_iter().map(|fact| format!("{family}.{fact}")).collect::<Vec<_>>()
    };
    families.iter().flat_map(facts).collect()
}

#[test]
fn every_fact_has_a_kept_sample_that_reads_and_writes_the_same_bytes() {
    let mut wanting = Vec::new();
    for name in every_fact() {
        let Ok(kept) = std::fs::read_to_string(folder().join(format!("{name}.json"))) else {
            wanting.push(name);
            continue;
        };
        let kept = kept.trim_end();
        let fact: Fact = serde_json::from_str(kept).unwrap();
        assert_eq!(serde_json::to_string(&fact).unwrap(), kept, "{name}");
        let tags: serde_json::Value = serde_json::from_str(kept).unwrap();
        assert_eq!(format!("{}.{}", tags["family"].as_str().unwrap(), tags["fact"].as_str().unwrap()), name);
        assert!(!fact.told().is_empty());
    }
    assert!(wanting.is_empty(), "no sample in {}: {wanting:?}", folder().display());
}

#[test]
fn the_family_of_every_fact_is_told_from_its_text_without_opening_it() {
    let envelope: Envelope =
        serde_json::from_str(&std::fs::read_to_string(folder().join("envelope.json")).unwrap()).unwrap();
    for name in every_fact() {
        let kept = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let fact: Fact = serde_json::from_str(&kept).unwrap();
        assert_eq!(fact.family().word(), name.split('.').next().unwrap());
        let (incident, seq, family) = (IncidentId::from_bytes([8; 16]), Seq(1), fact.family());
        let entry = Entry { incident, seq, recorded_at: at("2026-03-02T09:00:00Z"), envelope: envelope.clone(), fact };
        let sealed = entry.seal(Domain::Live, Hash::NONE, [7; 16]).unwrap();
        assert_eq!(sealed.family(), Some(family), "{name}");
        assert_eq!(Sealed { content: Content::Erased, ..sealed }.family(), None);
    }
}

#[test]
fn every_kept_sample_is_of_a_fact_there_is() {
    let known = every_fact();
    let kept = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    for name in kept.filter(|name| !name.starts_with("envelope")) {
        assert!(known.contains(name.trim_end_matches(".json")), "{name}");
    }
}

#[test]
fn the_kept_envelopes_read_and_write_the_same_bytes() {
    for name in ["envelope.json", "envelope.person.json", "envelope.person-alone.json"] {
        let kept = std::fs::read_to_string(folder().join(name)).unwrap();
        let envelope: Envelope = serde_json::from_str(&kept).unwrap();
        assert_eq!(serde_json::to_string(&envelope).unwrap(), kept.trim_end(), "{name}");
    }
}

#[test]
fn an_entry_by_a_person_names_the_agency_and_the_person() {
    let kept = std::fs::read_to_string(folder().join("envelope.person.json")).unwrap();
    let Envelope { author, .. } = serde_json::from_str(&kept).unwrap();
    assert_eq!((author.told().as_str(), author.hand.name()), ("council/duty.manager", "duty.manager"));
}

#[test]
fn an_envelope_without_what_may_be_left_out_reads_as_for_everybody_from_nothing() {
    let bare = r#"{"author":{"agency":"icb","hand":{"rule_set":"chc"}},"occurred_at":"2024-03-04T09:00:00Z","class":"health"}"#;
    let envelope: Envelope = serde_json::from_str(bare).unwrap();
    assert_eq!((envelope.audience, envelope.cause, envelope.author.office), Default::default());
}
