//! What is not installed, and why.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_approved_is_what_was_looked_at() {
    let (home, council, _) = home();
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(&component()).await.unwrap();
    let mut digest = Hash::of(&component()).0;
    digest[31] ^= 1;
    let flipped = v1::ApproveInstallRequest { number: 1, component: digest.to_vec().into() };
    let answer = two.client.rule_sets.clone().approve_install(flipped.clone()).await;
    refused(answer, Code::FailedPrecondition, "OTHER_COMPONENT");
    let none = v1::ApproveInstallRequest { component: Default::default(), ..flipped };
    refused(two.client.rule_sets.clone().approve_install(none).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(two.installs().await[0].state(), v1::InstallState::Proposed);
    // Nor does a proposal come in whose bytes are not what was announced.
    let mut parts = messages(&component(), "why", &fresh_request());
    parts.pop();
    refused(one.sends(parts).await, Code::InvalidArgument, "INVALID_FIELD");
    // What was withdrawn is never approved.
    assert_eq!(two.withdraws(1).await.unwrap().state(), v1::InstallState::Withdrawn);
    refused(two.approves(1, &component()).await, Code::FailedPrecondition, "INSTALL_DECIDED");
    assert_eq!(one.told_of().await, Vec::<String>::new());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_ships_or_that_another_agency_has_is_refused() {
    let (home, council, icb) = home_with(Home::with(shipped(&[MATRIX])));
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let status = refused(one.proposes(&component()).await, Code::FailedPrecondition, "RULE_SET_NAME_TAKEN");
    assert!(status.message().contains("the name stakeholder-matrix is taken"), "{status:?}");
    house.close().await;
    drop((home, council, icb));

    let (mut home, council, icb) = self::home();
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    let (other, another) =
        (operator(&house, &home, ICB, &icb, "one").await, operator(&house, &home, ICB, &icb, "two").await);
    // Both agencies propose it; the first that is approved has the name.
    one.proposes(&component()).await.unwrap();
    other.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    refused(another.approves(2, &component()).await, Code::FailedPrecondition, "RULE_SET_NAME_TAKEN");
    refused(other.proposes(&component()).await, Code::FailedPrecondition, "RULE_SET_NAME_TAKEN");
    house.close().await;

    // Where the operator brings a rule set of that name, that one is used, and the server starts.
    home.config.rule_sets = shipped(&[MATRIX]);
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    assert!(!one.installs().await[0].in_use);
    assert_eq!(one.told_of().await, [MATRIX]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_will_not_do_is_refused_when_it_is_proposed() {
    let (home, council, _) = home();
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let status = refused(one.proposes(&wants_wasi()).await, Code::InvalidArgument, "COMPONENT_REFUSED");
    assert!(status.message().contains("imports wasi:clocks/wall-clock@0.2.0"), "{status:?}");
    refused(one.proposes(b"no component").await, Code::InvalidArgument, "COMPONENT_REFUSED");
    // Larger than is taken: refused before all of it is there.
    let status = refused(one.proposes(&vec![0; 5 << 20]).await, Code::InvalidArgument, "INVALID_FIELD");
    assert!(status.message().contains("larger than the 4194304 bytes"), "{status:?}");
    assert_eq!(one.installs().await, []);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_one_whatever_is_asked_again_and_no_more_than_20_wait() {
    let (home, council, _) = home();
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let again = fresh_request();
    let first = one.sends(messages(&component(), "why", &again)).await.unwrap();
    let second = one.sends(messages(&component(), "why", &again)).await.unwrap();
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!(first.install, second.install);
    let other = one.sends(messages(&component(), "another reason", &again)).await;
    refused(other, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    for _ in 1..20 {
        one.proposes(&component()).await.unwrap();
    }
    refused(one.proposes(&component()).await, Code::FailedPrecondition, "TOO_MANY_INSTALLS");
    one.withdraws(7).await.unwrap();
    assert_eq!(one.proposes(&component()).await.unwrap().number, 21);
    // Pages.
    let page = |page_token: String| v1::ListInstallsRequest { page_size: 20, page_token };
    let mut client = one.client.rule_sets.clone();
    let newest = client.list_installs(page(String::new())).await.unwrap().into_inner();
    assert_eq!((newest.installs.len(), newest.installs[0].number), (20, 21));
    let oldest = client.list_installs(page(newest.next_page_token)).await.unwrap().into_inner();
    assert_eq!((oldest.installs.len(), oldest.installs[0].number, oldest.next_page_token.as_str()), (1, 1, ""));
    refused(client.list_installs(page("x".to_owned())).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    // Parts in another order.
    let mut parts = messages(&component(), "why", &fresh_request());
    parts.swap(0, 1);
    refused(one.sends(parts).await, Code::InvalidArgument, "INVALID_FIELD");
    refused(one.sends(Vec::new()).await, Code::InvalidArgument, "INVALID_FIELD");
    house.close().await;
}
