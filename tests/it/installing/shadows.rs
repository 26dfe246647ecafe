//! Rule sets in shadow: what they would say is counted beside the records, and stands on none.

use muster::installing::messages_granting;
use muster_proto::v1::shadow_look::Said;

use super::*;

impl Participant {
    async fn shadows(&self, component: &[u8], grants: Option<v1::Grants>) -> v1::Install {
        let parts = messages_granting(component, "how would it do?", &fresh_request(), grants, None, true);
        self.sends(parts).await.unwrap().install.unwrap()
    }

    async fn proposes_for_shadow(&self, out_of_use: bool) -> Result<v1::Install, Status> {
        let (rule_set, because) = (MATRIX.to_owned(), "it did well".to_owned());
        let request =
            v1::ProposeUseRequest { request_id: fresh_request(), rule_set, out_of_use, because, in_shadow: true };
        Ok(self.client.rule_sets.clone().propose_use(request).await?.into_inner().install.unwrap())
    }

    /// What the rule set made of an incident in shadow, the newest first, once all have looked.
    async fn looks(&self, incident: &str) -> Vec<Said> {
        let rule_set = MATRIX.to_owned();
        let request = v1::ListShadowLooksRequest { rule_set, page_size: 0, page_token: String::new() };
        let looks = self.client.rule_sets.clone().list_shadow_looks(request).await.unwrap().into_inner().looks;
        looks.into_iter().filter(|look| look.incident_id == incident).map(|look| look.said.unwrap()).collect()
    }

    async fn compares(&self, incident: &str) -> Result<v1::SettingsPreview, Status> {
        let request = v1::CompareShadowRequest { rule_set: MATRIX.to_owned(), incident_id: incident.to_owned() };
        Ok(self.client.rule_sets.clone().compare_shadow(request).await?.into_inner().preview.unwrap())
    }
}

/// Items added, revised and withdrawn.
fn difference(said: &Said) -> (u32, u32, u32) {
    let Said::Advice(advice) = said else { panic!("{said:?}") };
    (advice.added, advice.revised, advice.withdrawn)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_set_in_shadow_would_say_is_counted_and_is_on_no_record() {
    let (home, council, icb) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    let incident = system.fails().await;
    system.settled(&incident).await;
    let before = system.reads(&incident).await.len();

    let proposed = one.shadows(&component(), None).await;
    assert_eq!((proposed.state(), proposed.in_shadow), (v1::InstallState::Proposed, true));
    system.settled(&incident).await;
    assert_eq!(one.looks(&incident).await, [], "nothing runs from a proposal");
    refused(one.approves(1, &component()).await, Code::PermissionDenied, "SECOND_PERSON_NEEDED");
    assert!(two.approves(1, &component()).await.unwrap().in_use);

    // The open incident is looked at at once, and again as it goes on.
    system.settled(&incident).await;
    let first = one.looks(&incident).await;
    assert!(first.len() == 1 && difference(&first[0]).0 > 0, "{first:?}");
    let compared = one.compares(&incident).await.unwrap();
    assert_eq!(u32::try_from(compared.added.len()).unwrap(), difference(&first[0]).0);
    assert_eq!((compared.failure, compared.revised.len(), compared.withdrawn.len()), (None, 0, 0));
    system.notes(&incident, "nothing that it reads").await;
    system.settled(&incident).await;
    assert_eq!(one.looks(&incident).await.len(), 1, "what says the same again is not kept twice");
    assert_eq!(system.reads(&incident).await.len(), before + 1, "nothing but the note");
    assert_eq!((system.pins(&incident).await, system.advised_by(&incident).await), (vec![], vec![]));

    // Nobody else is told that there is such a thing.
    let other = operator(&house, &home, ICB, &icb, "three").await;
    assert_eq!((other.looks(&incident).await, other.told_of().await), (vec![], vec![]));
    refused(other.compares(&incident).await, Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;

    // After a restart it looks on; what opens is looked at too.
    let house = home.open().await;
    let (system, one) = (house.client(COUNCIL).await, operator(&house, &home, COUNCIL, &council, "one").await);
    let later = system.fails().await;
    system.settled(&later).await;
    assert_eq!((one.looks(&later).await.len(), system.pins(&later).await), (1, vec![]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_shadow_leaves_the_one_in_use_alone_until_it_is_used_itself() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    refused(one.proposes_for_shadow(false).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    one.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    one.shadows(&other_build(), None).await;
    two.approves(2, &other_build()).await.unwrap();
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);
    assert_eq!(system.pins(&incident).await, [pin_of(&component())]);
    let said = one.looks(&incident).await;
    assert_eq!(said.iter().map(difference).collect::<Vec<_>>(), [(0, 0, 0)], "the same rules say the same");

    // In shadow no more, and in shadow again: each by two people.
    one.proposes_for_shadow(true).await.unwrap();
    two.approves(3, &other_build()).await.unwrap();
    refused(one.compares(&incident).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    one.shadows(&other_build(), None).await;
    two.approves(4, &other_build()).await.unwrap();

    // What did well comes into use, and its shadow ends with that.
    one.proposes_for_shadow(false).await.unwrap();
    two.approves(5, &other_build()).await.unwrap();
    let later = system.fails().await;
    assert_eq!(system.pins(&later).await, [pin_of(&other_build())]);
    refused(one.compares(&later).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let in_use: Vec<_> = one.installs().await.into_iter().filter(|it| it.in_use).map(|it| it.number).collect();
    assert_eq!(in_use, [5]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_fails_in_shadow_is_asked_no_more_and_the_record_says_nothing_of_it() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    // It gives findings and is granted none.
    let needs = vec![v1::SituationPart::Facts.into()];
    one.shadows(&component(), Some(v1::Grants { needs, gives: Vec::new() })).await;
    two.approves(1, &component()).await.unwrap();
    let incident = system.fails().await;
    system.settled(&incident).await;
    for number in 0..4 {
        system.notes(&incident, &format!("note {number}")).await;
        system.settled(&incident).await;
    }
    let failure = |class: &str| Said::Failure(class.to_owned());
    assert_eq!(one.looks(&incident).await, [failure("quarantined"), failure("not-granted")]);
    let bodies = system.reads(&incident).await.into_iter().filter_map(|entry| entry.body);
    assert!(!bodies.into_iter().any(|body| matches!(body, Body::EvaluationFailed(_))));
    assert!(one.compares(&incident).await.unwrap().failure.unwrap().starts_with("not-granted"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_is_put_in_shadow_and_compared_by_hand() {
    let (mut home, _, _) = home();
    home.config.installing = Hands::One;
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let incident = system.fails().await;
    let file = home.put("ours.wasm", component());
    let shadow = ["rules", "shadow", file.to_str().unwrap(), "--because", "how would it do?"];
    let told = typed(&home, &house, &shadow).await;
    assert!(told.well && told.out.contains("in shadow: it looks on"), "{}{}", told.out, told.err);
    system.settled(&incident).await;
    let told = typed(&home, &house, &["rules", "shadows", MATRIX]).await;
    assert!(told.well && told.out.contains(&incident) && told.out.contains("against what stands"), "{}", told.out);
    let told = typed(&home, &house, &["rules", "shadows", MATRIX, "--incident", &incident]).await;
    assert!(told.well && told.out.contains("  + proposal 1, "), "{}{}", told.out, told.err);
    assert!(told.out.contains("nothing of this is on the record"), "{}", told.out);
    let told = typed(&home, &house, &["rules", "enable", MATRIX, "--shadow", "--because", "it did well"]).await;
    assert!(told.well && told.out.contains("in use for incidents"), "{}{}", told.out, told.err);
    house.close().await;
}
