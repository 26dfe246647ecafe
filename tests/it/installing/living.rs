//! What becomes of a rule set once it is installed: less granted than it asks for, taken out of use, failing, moved on.

use muster_record::endorsing::{Envelope, Signers};
use muster_record::evidence::key::SigningKey;

use super::*;
use crate::guests::home_with as misbehaving_home;
use crate::people_command::by_hand;

impl Participant {
    async fn proposes_granting(&self, component: &[u8], grants: v1::Grants) -> v1::Install {
        let parts =
            muster::installing::messages_granting(component, "less of it", &fresh_request(), Some(grants), None, false);
        self.sends(parts).await.unwrap().install.unwrap()
    }

    pub(super) async fn proposes_use(&self, out_of_use: bool) -> Result<v1::Install, Status> {
        let (rule_set, because) = (MATRIX.to_owned(), "it was wrong about day services".to_owned());
        let request =
            v1::ProposeUseRequest { request_id: fresh_request(), rule_set, out_of_use, because, in_shadow: false };
        Ok(self.client.rule_sets.clone().propose_use(request).await?.into_inner().install.unwrap())
    }

    async fn upgrades(&self, incident: &str, to: &[u8], yes: bool) -> Result<v1::UpgradeRuleSetResponse, Status> {
        self.moves(upgrade(incident, MATRIX, to, yes)).await
    }

    pub(super) async fn moves(&self, ask: v1::UpgradeRuleSetRequest) -> Result<v1::UpgradeRuleSetResponse, Status> {
        Ok(self.client.rule_sets.clone().upgrade_rule_set(ask).await?.into_inner())
    }

    /// Why rule sets gave no advice, once all have looked.
    pub(super) async fn failures(&self, incident: &str) -> Vec<String> {
        self.settled(incident).await;
        let bodies = self.reads(incident).await.into_iter().filter_map(|entry| entry.body);
        let failed =
            bodies.filter_map(|body| if let Body::EvaluationFailed(failed) = body { Some(failed) } else { None });
        failed.map(|failed| failed.class).collect()
    }
}

/// What is asked to move an incident, or to see what that would change.
pub(super) fn upgrade(incident: &str, rule_set: &str, to: &[u8], yes: bool) -> v1::UpgradeRuleSetRequest {
    v1::UpgradeRuleSetRequest {
        incident_id: incident.to_owned(),
        rule_set: rule_set.to_owned(),
        component: Hash::of(to).0.to_vec().into(),
        validate_only: !yes,
        request_id: if yes { fresh_request() } else { String::new() },
        because: if yes { "the board agreed on it".to_owned() } else { String::new() },
    }
}

fn all_but(needs: &[v1::SituationPart], gives: &[v1::AdviceKind]) -> v1::Grants {
    let kinds = [v1::AdviceKind::Finding, v1::AdviceKind::Question, v1::AdviceKind::Involvement];
    let parts = [v1::SituationPart::Facts];
    v1::Grants {
        needs: parts.into_iter().filter(|part| !needs.contains(part)).map(Into::into).collect(),
        gives: kinds.into_iter().filter(|kind| !gives.contains(kind)).map(Into::into).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_stands_in_the_pin_and_what_is_given_all_the_same_is_a_failure_on_the_record() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    // All that it asks for, where nothing is said, and it is shown to whoever approves.
    let asked = one.proposes(&component()).await.unwrap();
    assert_eq!(asked.grants.unwrap(), all_but(&[], &[]));

    let less = all_but(&[], &[v1::AdviceKind::Involvement]);
    let proposed = one.proposes_granting(&component(), less.clone()).await;
    assert_eq!(proposed.grants.as_ref(), Some(&less));
    two.approves(proposed.number, &component()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(system.failures(&incident).await, ["not-granted"]);
    assert_eq!(system.advised_by(&incident).await, Vec::<String>::new(), "nothing of such an answer is taken");
    let bodies = system.reads(&incident).await.into_iter().filter_map(|entry| entry.body);
    let pins = bodies.filter_map(|body| if let Body::RuleSetPinned(pinned) = body { pinned.pin } else { None });
    assert_eq!(pins.map(|pin| pin.grants).collect::<Vec<_>>(), [Some(less)]);

    // Less to be shown is no failure.
    let blind = all_but(&[v1::SituationPart::Facts], &[]);
    let proposed = one.proposes_granting(&component(), blind).await;
    two.approves(proposed.number, &component()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(
        (system.failures(&incident).await, system.advised_by(&incident).await),
        (vec![], vec![MATRIX.to_owned()])
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_is_taken_out_of_use_and_used_again_by_two_people_and_the_record_says_so_once() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    refused(one.proposes_use(true).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    one.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);

    refused(system.proposes_use(true).await, Code::PermissionDenied, "PERSON_NEEDED");
    let proposed = one.proposes_use(true).await.unwrap();
    assert_eq!((proposed.number, proposed.out_of_use, proposed.state()), (2, true, v1::InstallState::Proposed));
    refused(one.approves(2, &component()).await, Code::PermissionDenied, "SECOND_PERSON_NEEDED");
    assert!(!two.approves(2, &component()).await.unwrap().in_use);
    for word in ["one", "two", "three"] {
        system.notes(&incident, word).await;
        system.settled(&incident).await;
    }
    assert_eq!(system.failures(&incident).await, ["out-of-use"]);
    let later = system.fails().await;
    assert_eq!(system.pins(&later).await, []);
    house.close().await;

    // It stays so over a restart, until two people say otherwise.
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    let still = system.fails().await;
    assert_eq!(system.pins(&still).await, []);
    two.proposes_use(false).await.unwrap();
    one.approves(3, &component()).await.unwrap();
    let again = system.fails().await;
    assert_eq!(system.advised_by(&again).await, [MATRIX]);
    system.notes(&incident, "it is asked again").await;
    system.settled(&incident).await;
    assert_eq!(system.failures(&incident).await, ["out-of-use"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_moved_to_another_version_after_a_look_at_what_would_change() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);
    refused(one.upgrades(&incident, &component(), true).await, Code::FailedPrecondition, "VERSION_ALREADY_SO");
    // The next version is granted less, so that there is something to see.
    let less = all_but(&[], &[v1::AdviceKind::Involvement]);
    one.proposes_granting(&other_build(), less).await;
    two.approves(2, &other_build()).await.unwrap();
    refused(one.upgrades(&incident, &component(), true).await, Code::FailedPrecondition, "OTHER_COMPONENT");
    let before = system.reads(&incident).await.len();
    let foreseen = one.upgrades(&incident, &other_build(), false).await.unwrap();
    assert!(foreseen.preview.unwrap().failure.unwrap().starts_with("not-granted"));
    assert_eq!(system.reads(&incident).await.len(), before, "a look writes nothing");

    one.upgrades(&incident, &other_build(), true).await.unwrap();
    assert_eq!(system.pins(&incident).await, [pin_of(&component()), pin_of(&other_build())]);
    assert_eq!(system.failures(&incident).await, ["not-granted"]);
    let by =
        system.reads(&incident).await.into_iter().rfind(|entry| matches!(entry.body, Some(Body::RuleSetPinned(_))));
    assert!(format!("{by:?}").contains("one"), "the entry says who moved it");
    // Whoever has no seat is told nothing.
    let icb = house.client(ICB).await;
    assert!(icb.upgrades(&incident, &other_build(), true).await.is_err());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failures_in_a_row_quarantine_a_rule_set_and_the_record_says_so_once() {
    let home = misbehaving_home("panic");
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let incident = system.opens("An outbreak", IncidentKind::Outbreak).await;
    system.settled(&incident).await;
    for number in 0..5 {
        system.notes(&incident, &format!("note {number}")).await;
        system.settled(&incident).await;
    }
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined"]);
    house.close().await;
    // It is not asked after a restart either: the record says that it is quarantined.
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    system.notes(&incident, "after a restart").await;
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_that_lists_keys_installs_only_what_enough_of_them_have_signed() {
    let (mut home, council, _) = home();
    let keys = [1, 2, 9].map(|seed| SigningKey::from_seed(&[seed; 32]));
    let signers = Signers { keys: keys[..2].iter().map(SigningKey::public).collect(), at_least: 2 };
    home.config.rule_sets.signers.insert(COUNCIL.parse().unwrap(), signers);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let sends = async |of: &[u8], by: &[&SigningKey]| {
        let about = Envelope::about(&MATRIX.parse().unwrap(), Hash::of(of)).unwrap();
        let envelope = by.iter().fold(about, |envelope, key| envelope.signed_by(key).unwrap()).write().unwrap();
        let (why, request) = ("the board agreed", fresh_request());
        let envelope = Some(envelope.into_bytes());
        one.sends(muster::installing::messages_granting(&component(), why, &request, None, envelope, false)).await
    };
    let [first, second, stranger] = &keys;
    refused(one.proposes(&component()).await, Code::FailedPrecondition, "NOT_ENDORSED");
    refused(sends(&component(), &[first]).await, Code::FailedPrecondition, "NOT_ENDORSED");
    refused(sends(&component(), &[first, stranger]).await, Code::FailedPrecondition, "NOT_ENDORSED");
    refused(sends(&other_build(), &[first, second]).await, Code::FailedPrecondition, "NOT_ENDORSED");
    assert!(sends(&component(), &[first, second]).await.is_ok());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_signed_and_the_signatures_are_checked_by_hand() {
    let (home, _, _) = home();
    let house = home.open().await;
    let file = home.put("ours.wasm", component());
    let keys = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]));
    let envelope = file.with_extension("dsse.json");
    let (file, envelope) = (file.to_str().unwrap(), envelope.to_str().unwrap());
    for (number, key) in keys.iter().enumerate() {
        let name = home.put(&format!("{number}.key"), key.to_pem().unwrap());
        std::fs::set_permissions(&name, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let told = by_hand(&["rules", "sign", file, "--key", name.to_str().unwrap(), "--envelope", envelope]).await;
        assert!(told.well && told.out.contains("signed with"), "{}", told.err);
    }
    let [first, second] = keys.map(|key| key.public().to_string());
    let check = ["rules", "verify-signature", file, "--envelope", envelope, "--at-least", "2", "--key", &first];
    let told = by_hand(&check).await;
    assert!(
        !told.well && told.err.contains("1 of the keys that this agency lists have signed, and 2 have to"),
        "{}",
        told.err
    );
    let told = by_hand(&[check.as_slice(), &["--key", &second]].concat()).await;
    assert!(told.well && told.out.contains("it is signed as asked for"), "{}", told.err);
    house.close().await;
}
