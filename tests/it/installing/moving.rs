//! Moving an incident to a version: once by its request id, with who and why, also where the version was quarantined.

use muster_record::endorsing::{Envelope, Signers};
use muster_record::evidence::key::SigningKey;

use super::living::upgrade;
use super::*;
use crate::guests;

impl Participant {
    /// The last two entries: what is said of a move, and the move.
    async fn last_move(&self, incident: &str) -> (String, v1::Entry) {
        let mut entries = self.reads(incident).await;
        let at = entries.iter().rposition(|entry| matches!(entry.body, Some(Body::RuleSetPinned(_)))).unwrap();
        let (moved, why) = (entries.remove(at), entries.remove(at - 1));
        assert_eq!(moved.cause_seq, Some(why.seq), "the move follows from what is said of it");
        assert_eq!(moved.author, why.author);
        let Some(Body::NoteMade(noted)) = why.body else { panic!("no note: {why:?}") };
        (noted.text, moved)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_moved_once_by_a_request_id_and_the_record_says_who_and_why() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);
    one.proposes(&other_build()).await.unwrap();
    two.approves(2, &other_build()).await.unwrap();

    let nameless = v1::UpgradeRuleSetRequest {
        request_id: String::new(),
        because: String::new(),
        ..upgrade(&incident, MATRIX, &other_build(), true)
    };
    refused(one.moves(nameless).await, Code::InvalidArgument, "INVALID_FIELD");
    let ask = upgrade(&incident, MATRIX, &other_build(), true);
    let first = one.moves(ask.clone()).await.unwrap();
    assert!(!first.replayed);
    let (why, moved) = one.last_move(&incident).await;
    assert!(why.starts_with("stakeholder-matrix goes on here with ") && why.ends_with(": the board agreed on it"));
    assert!(format!("{:?}", moved.author).contains("one"));
    system.settled(&incident).await;

    let written = system.reads(&incident).await.len();
    let again = one.moves(ask.clone()).await.unwrap();
    assert_eq!(again, v1::UpgradeRuleSetResponse { replayed: true, ..first.clone() });
    let other = v1::UpgradeRuleSetRequest { because: "another reason".to_owned(), ..ask.clone() };
    refused(one.moves(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    let anew = upgrade(&incident, MATRIX, &other_build(), true);
    refused(one.moves(anew).await, Code::FailedPrecondition, "VERSION_ALREADY_SO");
    // The id is one of the agency's: another's is another request, and has no seat here.
    assert!(house.client(ICB).await.moves(ask.clone()).await.is_err());
    house.close().await;

    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    assert!(one.moves(ask).await.unwrap().replayed, "also after a restart");
    assert_eq!(system.reads(&incident).await.len(), written);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantine_is_lifted_by_somebody_who_says_why_and_begins_anew_after_three_more_failures() {
    let home = guests::home_with("panic");
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let incident = system.opens("An outbreak", IncidentKind::Outbreak).await;
    for number in 0..4 {
        system.settled(&incident).await;
        system.notes(&incident, &format!("note {number}")).await;
    }
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined"]);
    let same = upgrade(&incident, "misbehaving", guests::component(), true);
    let without = v1::UpgradeRuleSetRequest { because: String::new(), ..same.clone() };
    refused(system.moves(without).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined"]);

    system.moves(same.clone()).await.unwrap();
    let (why, _) = system.last_move(&incident).await;
    assert!(why.starts_with("misbehaving ") && why.ends_with(" is asked again here: the board agreed on it"), "{why}");
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined", "trapped"], "it was asked again");
    for number in 0..3 {
        system.notes(&incident, &format!("later note {number}")).await;
        system.settled(&incident).await;
    }
    assert_eq!(system.failures(&incident).await, ["trapped", "quarantined", "trapped", "quarantined"]);
    house.close().await;
}

/// Has an agency ask for the signature of one key.
fn asks_for(home: &mut Home, key: &SigningKey) {
    let signers = Signers { keys: vec![key.public()], at_least: 1 };
    home.config.rule_sets.signers.insert(COUNCIL.parse().unwrap(), signers);
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_looked_at_again_when_a_proposal_is_approved_and_when_it_is_used_again() {
    let (mut home, council, _) = home();
    let [trusted, other] = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]));
    asks_for(&mut home, &trusted);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let about = Envelope::about(&MATRIX.parse().unwrap(), Hash::of(&component())).unwrap();
    let envelope = about.signed_by(&trusted).unwrap().write().unwrap().into_bytes();
    let parts = muster::installing::messages_granting(
        &component(),
        "the board agreed",
        &fresh_request(),
        None,
        Some(envelope),
        false,
    );
    one.sends(parts).await.unwrap();
    house.close().await;

    // Whoever signed it is not asked for any more when it comes to be approved.
    asks_for(&mut home, &other);
    let house = home.open().await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    refused(two.approves(1, &component()).await, Code::FailedPrecondition, "NOT_ENDORSED");
    assert_eq!(two.installs().await[0].state(), v1::InstallState::Proposed, "it may still be withdrawn");
    house.close().await;

    asks_for(&mut home, &trusted);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    assert!(two.approves(1, &component()).await.unwrap().in_use);
    one.proposes_use(true).await.unwrap();
    house.close().await;

    // Nobody has to stand for taking it out of use; for using it again somebody has to.
    asks_for(&mut home, &other);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    two.approves(2, &component()).await.unwrap();
    refused(one.proposes_use(false).await, Code::FailedPrecondition, "NOT_ENDORSED");
    house.close().await;

    asks_for(&mut home, &trusted);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes_use(false).await.unwrap();
    assert!(two.approves(3, &component()).await.unwrap().in_use, "the signatures went on with it");
    house.close().await;
}
