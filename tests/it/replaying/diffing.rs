//! Two versions of a rule set held against each other: what the candidate says otherwise, and nothing else.

use muster::comparing::{self, Comparison};
use muster_coordinator::{DiffAsk, RuleDiff};
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, hex};

use super::*;
use crate::guests::revised;

/// An outbreak that `revised` advised twice, and a provider failure that it does not concern.
async fn kept() -> (Home, String, String) {
    let mut home = Home::new();
    home.config.rule_sets.files = vec![home.put("revised.wasm", &revised()[0])];
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let outbreak = council.opens("Rosebank <i>& co</i>", IncidentKind::Outbreak).await;
    council.settled(&outbreak).await;
    council.does(&outbreak, [yes("fire")]).await;
    council.settled(&outbreak).await;
    let failure = council.opens("Larkfield", IncidentKind::ProviderFailure).await;
    council.settled(&failure).await;
    house.close().await;
    (home, outbreak, failure)
}

fn compared(home: &Home, ask: DiffAsk, incidents: &[IncidentId]) -> Comparison {
    let readers = replaying::open(&home.config.data, keys(home).as_deref()).unwrap();
    let incidents = replaying::chosen(&readers, incidents).unwrap();
    let diff = RuleDiff::new(std::sync::Arc::new(readers), host(Allocator::Pooling), ask).unwrap();
    let diffed = replaying::each(&incidents, TWO, "comparing", |id| diff.incident(id)).unwrap();
    comparing::told(&diff, &diffed)
}

fn ask(old: &[u8], new: &[u8]) -> DiffAsk {
    DiffAsk { old: old.to_vec(), new: new.to_vec(), settings: None, latest: false }
}

/// The changes of the one incident that has any, each in a line.
fn lines(comparison: &Comparison) -> Vec<String> {
    let [one] = comparison.told.as_slice() else { panic!("{comparison:?}") };
    let line = |change: &comparing::Change| {
        let fields = change.fields.iter().map(|field| format!(" [{}: {} -> {}]", field.field, field.old, field.new));
        format!("{} {} {}{}, {}", change.sort, change.kind, change.key, fields.collect::<String>(), change.places)
    };
    one.changes.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_shows_its_four_changes_at_each_place_and_the_same_component_none() {
    let (home, _, _) = kept().await;
    let [old, new] = revised();
    let comparison = compared(&home, ask(old, new), &[]);
    let lines = lines(&comparison);
    let starts = [
        "added gate night, as of entries ",
        "changed action call [due: 2024-03-07T09:00:00Z -> 2024-03-06T09:00:00Z], as of entries ",
        "changed action visit [owner: council -> health-commissioner], as of entries ",
        "gone finding smoke, as of entries ",
    ];
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\nis not {start}");
    }
    let counts =
        (comparison.incidents, comparison.places, comparison.incidents_that_differ, comparison.places_that_differ);
    assert_eq!(counts, (1, 2, 1, 2));
    assert_eq!(comparison.told[0].changes[0].cites, ["S7 (plan): \u{201c}keep people safe\u{201d}"]);
    let kinds: Vec<String> = comparison.kinds.iter().map(|count| format!("{} {}", count.kind, count.changed)).collect();
    assert_eq!(kinds, ["action 2", "clock (due) 1", "finding 0", "gate 0", "owner 1"]);
    assert_eq!(comparison.left_out.len(), 1);
    assert!(comparison.left_out[0].1.contains("which neither concerns"), "{:?}", comparison.left_out);

    let same = compared(&home, ask(old, old), &[]);
    assert_eq!((same.places, same.places_that_differ, same.told.len()), (2, 0, 0), "{same:?}");
    let latest = compared(&home, DiffAsk { latest: true, ..ask(old, new) }, &[]);
    assert_eq!((latest.places, self::lines(&latest).len()), (1, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_build_is_compared_at_the_same_places_and_settings_by_themselves_are_a_candidate() {
    let (home, outbreak, _) = kept().await;
    let [old, new] = revised();
    let one = [outbreak.parse().unwrap()];
    // The same rules in other bytes, which were never in use.
    let other = [old.as_slice(), b"\x00\x06\x05other"].concat();
    let comparison = compared(&home, ask(&other, new), &one);
    assert_eq!(lines(&comparison).len(), 4);
    assert!(comparison.told[0].basis.contains("another version was in use"), "{}", comparison.told[0].basis);

    let settings = Some(r#"{"letter":"We call."}"#.to_owned());
    let comparison = compared(&home, DiffAsk { settings, ..ask(old, old) }, &one);
    let lines = lines(&comparison);
    // The finding says something else at each of the two places, so each is told.
    assert_eq!(lines.len(), 2, "{lines:?}");
    let change = r#"changed finding fire [because: none -> {"letter":"We call."}]"#;
    assert!(lines.iter().all(|line| line.starts_with(change)), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_it_never_advised_is_taken_as_it_stood_at_the_end() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::Outbreak).await;
    council.does(&incident, [yes("fire")]).await;
    house.close().await;
    let [old, new] = revised();
    let comparison = compared(&home, ask(old, new), &[]);
    assert_eq!((comparison.incidents, comparison.places, comparison.as_they_stand), (1, 1, 1));
    assert_eq!(lines(&comparison).len(), 4);
    assert!(comparison.told[0].basis.contains("never advised here"), "{}", comparison.told[0].basis);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_writes_text_and_a_page_that_stands_alone_and_leaves_the_store_as_it_was() {
    let (home, outbreak, _) = kept().await;
    let before = (std::fs::read(&home.config.data).unwrap(), home.kept().last_revision().unwrap());
    let candidate = home.put("candidate.wasm", &revised()[1]);
    let page = home.path("diff.html");
    let digest = hex(&Hash::of(&revised()[0]).0);
    let keys = keys(&home).unwrap();
    let words = ["rules", "diff", &digest, path(&candidate), "--html", path(&page), "--jobs", "2"];
    let words = [&words[..], &["--data", path(&home.config.data), "--key-file", path(&keys)]].concat();
    let (out, err, well) = typed(&words);
    assert!(well, "{err}");
    for line in [
        "1 incidents, 2 places; 2 places on 1 incidents differ",
        "  clock (due): 0 added, 0 gone, 1 changed",
        "  + gate night: no people.move-at-night until everybody is safe (no)",
        "      owner: council -> health-commissioner",
        "      S7 (plan): \u{201c}keep people safe\u{201d}",
        "left out: Larkfield (provider-failure, rehearsal)",
    ] {
        assert!(out.contains(line), "{line} is not in\n{out}");
    }
    assert_eq!((std::fs::read(&home.config.data).unwrap(), home.kept().last_revision().unwrap()), before);

    let page = std::fs::read_to_string(page).unwrap();
    for forbidden in ["<script", "src=", "href=", "http:", "https:", "@import", "url(", "<i>"] {
        assert!(!page.contains(forbidden), "{forbidden} is in\n{page}");
    }
    assert!(page.contains("&#60;script&#62;smoke&#60;/script&#62; &#38; mirrors"), "{page}");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">") && page.ends_with("</html>"), "{page}");
    let count = |what: &str| page.matches(what).count();
    assert_eq!(count("<table>"), count("<caption>"), "each table says what it is");
    assert_eq!(count("<table>"), 3, "{page}");
    assert_eq!(count("<th "), count("<th scope="), "each heading says of what");
    assert!(page.contains(&outbreak), "{page}");
}
