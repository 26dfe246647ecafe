//! Advising: rule sets in their sandbox advise, people decide, and neither holds up the record.

use muster::config::RuleSetsConfig;
use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::advice::Answer;
use muster_record::agency::Office;
use muster_record::entry::{Entry, Hash, Sealed};
use muster_record::fact::Fact;
use muster_record::ids::{AgencyId, ProposalNo, Seq};
use muster_record::incident::advising::{self, Changed, Looked};
use muster_record::incident::{answers, participants};
use muster_record::situation::{FactValue, IncidentKind};
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_record::{Command, Incident};
use muster_shipped::{SHIPPED, Shipped};
use muster_store::Readers;

use crate::guests::home_with;
use crate::home::{COUNCIL, CQC, Home, House, shipped};
use crate::participant::{Participant, note};

/// A fact that a rule set may read.
fn answer(key: &str, value: FactValue) -> Command {
    answers::Command::Answer { key: key.to_owned(), value, source: "by telephone".to_owned() }.into()
}

fn yes(key: &str) -> Command {
    answer(key, FactValue::Answer(Answer::Yes))
}

fn take_the_lead() -> Command {
    participants::Command::TakeOffice { office: Office::IncidentLead }.into()
}

/// The component that ships under that name.
fn component(name: &str) -> &'static [u8] {
    let Shipped { name: _, component } = SHIPPED.iter().find(|shipped| shipped.name == name).unwrap();
    component
}

/// What the rule set of that name said of the incident, as it changed.
pub(crate) async fn advice_of(by: &Participant, incident: &str, rule_set: &str) -> Vec<v1::AdviceChanged> {
    let bodies = by.reads(incident).await.into_iter().filter_map(|entry| entry.body);
    let said = bodies.filter_map(|body| if let Body::AdviceChanged(changed) = body { Some(changed) } else { None });
    said.filter(|changed| changed.rule_set == rule_set).collect()
}

/// The failures on the record.
async fn failures(by: &Participant, incident: &str) -> Vec<v1::EvaluationFailed> {
    let bodies = by.reads(incident).await.into_iter().filter_map(|entry| entry.body);
    let failed = bodies.filter_map(|body| if let Body::EvaluationFailed(failed) = body { Some(failed) } else { None });
    // That it failed three times in a row is told apart from how: see `installing/living.rs`.
    failed.filter(|failed| failed.class != "quarantined").collect()
}

/// The proposal of a rule set that has this key.
async fn proposal(by: &Participant, incident: &str, rule_set: &str, key: &str) -> v1::Proposal {
    let mut all = by.proposals(incident).await.into_iter();
    let found = all.find(|found| found.rule_set == rule_set && found.item.as_ref().unwrap().key == key);
    found.unwrap_or_else(|| panic!("{rule_set} gives no {key}"))
}

/// Claims that a rule set that does this fails by itself: once on the record, in nobody's way.
async fn fails_alone(misbehaviour: &str, class: &str) {
    let home = home_with(misbehaviour);
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::Outbreak).await;
    council.settled(&incident).await;
    let failed = failures(&council, &incident).await;
    let [failure] = failed.as_slice() else { panic!("{misbehaviour}: {failed:?}") };
    assert_eq!((failure.rule_set.as_str(), failure.class.as_str()), ("misbehaving", class));
    assert!(failure.looked.as_ref().unwrap().seq > 0);

    // It fails on every later look too, which is nothing new; the other one is heard each time.
    let heard = advice_of(&council, &incident, "stakeholder-matrix").await.len();
    assert_eq!(heard, 1);
    let cqc = house.client(CQC).await;
    council.seats(&cqc, &incident).await;
    council.does(&incident, [take_the_lead(), note("on we go")]).await;
    council.settled(&incident).await;
    assert_eq!(failures(&council, &incident).await, failed);
    assert!(council.proposals(&incident).await.iter().all(|found| found.rule_set == "stakeholder-matrix"));
    house.close().await;

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    council.notes(&incident, "after a restart").await;
    council.settled(&incident).await;
    assert_eq!(failures(&council, &incident).await, failed);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_traps_fails_alone() {
    fails_alone("panic", "trapped").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_loops_fails_alone() {
    fails_alone("loop", "out-of-fuel").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_takes_all_memory_fails_alone() {
    fails_alone("allocate", "too-much-memory").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_says_nonsense_fails_alone() {
    fails_alone("unknown-agency", "invalid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_append_waits_for_a_rule_set_that_loops() {
    let home = home_with("loop");
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let mut incidents = Vec::new();
    for number in 0..6 {
        incidents.push(council.opens(&format!("Rosebank {number}"), IncidentKind::Outbreak).await);
    }
    for incident in &incidents {
        council.notes(incident, "while it loops").await;
    }

    // All is acknowledged, and the one thread that evaluates has not come to the last incident yet.
    let last = incidents.last().unwrap();
    assert_eq!(council.noted(last).await, ["while it loops"]);
    assert!(failures(&council, last).await.is_empty());
    for incident in &incidents {
        council.settled(incident).await;
        assert_eq!(failures(&council, incident).await.len(), 1);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_looks_again_when_it_said_so_and_after_a_restart_too() {
    let home = home_with("hourly");
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::Outbreak).await;
    let looks = async |council: &Participant| {
        council.settled(&incident).await;
        let said = advice_of(council, &incident, "misbehaving").await;
        let at = |changed: &v1::AdviceChanged| changed.looked.clone().unwrap().as_of.unwrap().seconds;
        said.iter().map(at).collect::<Vec<_>>()
    };
    let nine = crate::home::nine().timestamp();
    assert_eq!(looks(&council).await, [nine]);

    house.later(chrono::TimeDelta::minutes(59));
    assert_eq!(looks(&council).await, [nine]);
    house.later(chrono::TimeDelta::minutes(1));
    assert_eq!(looks(&council).await, [nine, nine + 3600]);
    house.close().await;

    home.later(chrono::TimeDelta::minutes(61));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    assert_eq!(looks(&council).await, [nine, nine + 3600, nine + 7260]);
    house.later(chrono::TimeDelta::minutes(60));
    assert_eq!(looks(&council).await, [nine, nine + 3600, nine + 7260, nine + 10860]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_made_of_advice_stands_through_later_evaluations() {
    let home = Home::with(shipped(&["emergency-closure"]));
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    council.does(&incident, [take_the_lead()]).await;
    council.settled(&incident).await;
    let of = async |council: &Participant, key: &str| proposal(council, &incident, "emergency-closure", key).await;
    let number = async |key: &str| ProposalNo(of(&council, key).await.number);
    let adopt = advising::Command::Adopt { proposal: number("E06").await };
    let reason = "the buyer keeps all staff".to_owned();
    let decline = advising::Command::Decline { proposal: number("E24/council").await, reason };
    let override_it =
        advising::Command::OverrideGate { proposal: number("gate/night-move").await, reason: "it freezes".to_owned() };
    for command in [adopt, decline, override_it] {
        council.does_as(Office::IncidentLead, &incident, command.into()).await.unwrap();
    }
    let states = async |council: &Participant| {
        [of(council, "E06").await, of(council, "E24/council").await, of(council, "gate/night-move").await]
            .map(|found| (found.state(), found.settled))
    };
    let settled = states(&council).await;
    use v1::ProposalState::{Adopted, Declined, Overridden};
    assert_eq!(settled.map(|(state, _)| state), [Adopted, Declined, Overridden]);

    let before = advice_of(&council, &incident, "emergency-closure").await.len();
    council.does(&incident, [yes("closing-review/done")]).await;
    icb.settled(&incident).await;
    assert_eq!(advice_of(&council, &incident, "emergency-closure").await.len(), before + 1);
    assert_eq!(states(&council).await, settled);
    house.close().await;

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    council.does(&incident, [yes("closure/building-available")]).await;
    council.settled(&incident).await;
    assert_eq!(advice_of(&council, &incident, "emergency-closure").await.len(), before + 2);
    assert_eq!(states(&council).await, settled);
    house.close().await;
}

/// The record as it is kept.
fn kept(readers: &Readers, incident: &str) -> Vec<(Entry, Sealed)> {
    let stored = readers.entries(&incident.parse().unwrap(), Seq(0), 10_000).unwrap();
    stored.into_iter().map(|stored| (stored.sealed.open().unwrap(), stored.sealed)).collect()
}

/// The incident as an agency saw it at a place in its record.
fn as_of(record: &[(Entry, Sealed)], seq: Seq, owner: &AgencyId, at: Instant) -> Incident {
    let (first, rest) = record.split_first().unwrap();
    let rest = rest.iter().filter(|(entry, _)| entry.seq <= seq);
    let begun = Incident::begin(&first.0, first.1.hash).unwrap();
    let mut whole = begun.clone();
    rest.clone().for_each(|(_, sealed)| whole.take_in(sealed).unwrap());
    let access = whole.access(&Reader::of(owner.clone()), at);
    let mut seen = begun.for_access(&access);
    rest.for_each(|(_, sealed)| seen.take_in_for(&access, at, sealed).unwrap());
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_on_the_record_comes_out_the_same_when_it_is_worked_out_again() {
    let home = Home::with(RuleSetsConfig::default());
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    council.settled(&incident).await;
    council.does(&incident, [yes("s48/registered-provider"), yes("s48/unable-to-carry-on")]).await;
    house.later(chrono::TimeDelta::hours(3));
    council.settled(&incident).await;
    icb.does(&incident, [yes("s48/business-failure"), yes("closure/building-available")]).await;
    council.settled(&incident).await;
    house.close().await;

    let readers = home.kept();
    let record = kept(&readers, &incident);
    let mut again = 0;
    for (entry, _) in &record {
        let Fact::Advice(advising::Fact::Changed(Changed { rule_set, looked, advice, .. })) = &entry.fact else {
            continue;
        };
        let Looked { component: digest, settings, seq, as_of: at, situation, fuel_used, fuel_limit, engine, drawn } =
            looked;
        assert!(*seq < entry.seq);
        assert_eq!(*digest, Hash::of(component(rule_set.as_str())));
        let (_, component) = readers.component(*digest).unwrap().unwrap();
        let settings = readers.settings(*settings).unwrap().unwrap();
        let loaded = muster::serving::host().unwrap().load(&component, &settings).unwrap();
        let shown = &loaded.description().asks.needs;
        let seen = as_of(&record, *seq, &entry.envelope.author.agency, *at);
        assert_eq!(*drawn, seen.sources.of(shown));
        let evaluated = loaded.advise(&seen.situation(*at));
        assert_eq!(Hash(evaluated.situation_digest), *situation, "entry {}", entry.seq);
        assert_eq!(Hash(evaluated.outcome_digest), *advice, "entry {}", entry.seq);
        assert_eq!((evaluated.fuel_used, evaluated.fuel_limit), (*fuel_used, *fuel_limit));
        assert_eq!(engine, muster_rules::ENGINE);
        again += 1;
    }
    assert!(again > 5, "{again} pieces of advice");
}

/// The digests with which the advice of the rule set came to be, in order, each once.
async fn versions(by: &Participant, incident: &str, rule_set: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let said = advice_of(by, incident, rule_set).await;
    let looked = said.into_iter().map(|changed| changed.looked.unwrap());
    let mut versions: Vec<_> = looked.map(|looked| (looked.component.to_vec(), looked.settings.to_vec())).collect();
    versions.dedup();
    versions
}

/// Opens an incident in a house, and has it advised.
async fn advised(house: &House<'_>) -> (Participant, String) {
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.settled(&incident).await;
    (council, incident)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_keeps_the_settings_it_began_with() {
    let mut home = Home::with(shipped(&["emergency-closure"]));
    let (name, first, second) = ("emergency-closure", r#"{"letter":"We write."}"#, r#"{"letter":"We call."}"#);
    let settings = home.put("settings.json", first);
    home.config.rule_sets.settings.insert(name.parse().unwrap(), settings);
    let house = home.open().await;
    let (_, older) = advised(&house).await;
    house.close().await;

    home.put("settings.json", second);
    let house = home.open().await;
    let (council, newer) = advised(&house).await;
    let before = advice_of(&council, &older, name).await.len();
    council.does(&older, [yes("closing-review/done")]).await;
    council.settled(&older).await;

    assert_eq!(advice_of(&council, &older, name).await.len(), before + 1);
    let digest = |settings: &str| (Hash::of(component(name)).0.to_vec(), Hash::of(settings.as_bytes()).0.to_vec());
    assert_eq!(versions(&council, &older, name).await, [digest(first)]);
    assert_eq!(versions(&council, &newer, name).await, [digest(second)]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_keeps_the_component_it_began_with() {
    let name = "stakeholder-matrix";
    // The same rules in other bytes: a custom section, which means nothing, at the end.
    let older_build = [component(name), b"\x00\x06\x05older"].concat();
    let mut home = Home::new();
    home.config.rule_sets.files = vec![home.put("older.wasm", &older_build)];
    let house = home.open().await;
    let (_, older) = advised(&house).await;
    house.close().await;

    home.config.rule_sets = shipped(&[name]);
    let house = home.open().await;
    let (council, newer) = advised(&house).await;
    let cqc = house.client(CQC).await;
    council.seats(&cqc, &older).await;
    council.settled(&older).await;

    assert!(failures(&council, &older).await.is_empty());
    let digest = |component: &[u8]| (Hash::of(component).0.to_vec(), Hash::of(b"").0.to_vec());
    assert_eq!(versions(&council, &older, name).await, [digest(&older_build)]);
    assert_eq!(versions(&council, &newer, name).await, [digest(component(name))]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_decision_raises_actions_at_once_and_answers_for_them() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, [take_the_lead()]).await;
    council.settled(&incident).await;
    let reason = "no time to lose".to_owned();
    let standing = advising::Command::SetStanding { rule_set: "temporary-duty".parse().unwrap(), reason };
    let decision = council.does_as(Office::IncidentLead, &incident, standing.into()).await.unwrap();
    let s48 = ["registered-provider", "unable-to-carry-on", "business-failure"].map(|fact| yes(&format!("s48/{fact}")));
    let event = answer("s48/business-failure-event", FactValue::Text("administrator-appointed".to_owned()));
    council.does(&incident, s48.into_iter().chain([event])).await;
    council.settled(&incident).await;

    let record = council.reads(&incident).await;
    let raised: Vec<&v1::Entry> =
        record.iter().filter(|entry| matches!(entry.body, Some(Body::ActionRaised(_)))).collect();
    assert!(!raised.is_empty());
    for entry in raised {
        assert_eq!(entry.cause_seq, Some(decision), "{}", entry.told);
        let hand = entry.author.clone().unwrap().hand;
        assert_eq!(hand, Some(v1::author::Hand::RuleSet("temporary-duty".to_owned())));
    }
    // It covers actions and nothing else.
    let (actions, others): (Vec<v1::Proposal>, Vec<v1::Proposal>) =
        council.proposals(&incident).await.into_iter().partition(is_an_action);
    assert!(actions.iter().all(|action| action.state() == v1::ProposalState::Adopted));
    assert!(others.iter().any(|other| other.state() == v1::ProposalState::Open));
    assert!(others.iter().all(|other| other.state() != v1::ProposalState::Adopted));
    house.close().await;
}

fn is_an_action(proposal: &v1::Proposal) -> bool {
    matches!(proposal.item.as_ref().unwrap().item, Some(v1::advice_item::Item::Action(_)))
}
