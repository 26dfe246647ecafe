//! Installing rule sets while the server runs: two people of one agency, and what is used from then on.

use muster::client::Client;
use muster::installing::messages;
use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::entry::Hash;
use muster_record::installing::Hands;
use muster_record::situation::IncidentKind;
use muster_shipped::SHIPPED;
use tonic::{Code, Status};

use crate::home::{COUNCIL, Home, House, ICB, fresh_request, shipped};
use crate::participant::{Participant, refused};
use crate::people_command::typed;
use crate::signing_in::Idp;

mod explaining;
mod handing_on;
mod living;
mod moving;
mod shadows;
mod turned_away;

/// The rule set that is installed here: it ships, and the servers here do not come with it unless they say so.
const MATRIX: &str = "stakeholder-matrix";

pub(crate) fn component() -> Vec<u8> {
    SHIPPED.iter().find(|shipped| shipped.name == MATRIX).unwrap().component.to_vec()
}

/// The same rule set in other bytes: a custom section called `v` stands behind it.
fn other_build() -> Vec<u8> {
    [component(), vec![0, 3, 1, b'v', b'2']].concat()
}

/// A component that asks for WASI's clock and does nothing.
fn wants_wasi() -> Vec<u8> {
    let name = b"wasi:clocks/wall-clock@0.2.0";
    let length = |bytes: usize| u8::try_from(bytes).unwrap();
    let instance_type = [7, 3, 1, 0x42, 0];
    let import = [&[1, 0, length(name.len())], name.as_slice(), &[5, 0]].concat();
    [b"\0asm\x0d\0\x01\0".as_slice(), &instance_type, &[10, length(import.len())], &import].concat()
}

/// A home whose council and health commissioner have people.
pub(crate) fn home() -> (Home, Idp, Idp) {
    home_with(Home::new())
}

fn home_with(mut home: Home) -> (Home, Idp, Idp) {
    let council = Idp::of(COUNCIL, &format!("https://council.example/{}", fresh_request()));
    let icb = Idp::of(ICB, &format!("https://icb.example/{}", fresh_request()));
    council.is_trusted_by(&mut home);
    icb.is_trusted_by(&mut home);
    (home, council, icb)
}

/// Somebody of an agency who may install rule sets.
pub(crate) async fn operator(house: &House<'_>, home: &Home, agency: &str, idp: &Idp, person: &str) -> Participant {
    house.signed_in(home, agency, &idp.token(person, &["rule-set-operator"], &[])).await
}

impl Participant {
    async fn sends(&self, parts: Vec<v1::ProposeInstallRequest>) -> Result<v1::ProposeInstallResponse, Status> {
        let mut client: Client = self.client.clone();
        Ok(client.rule_sets.propose_install(tokio_stream::iter(parts)).await?.into_inner())
    }

    pub(crate) async fn proposes(&self, component: &[u8]) -> Result<v1::Install, Status> {
        let answer = self.sends(messages(component, "the board agreed on our own matrix", &fresh_request())).await?;
        Ok(answer.install.unwrap())
    }

    async fn approves(&self, number: u64, component: &[u8]) -> Result<v1::Install, Status> {
        let request = v1::ApproveInstallRequest { number, component: Hash::of(component).0.to_vec().into() };
        Ok(self.client.rule_sets.clone().approve_install(request).await?.into_inner().install.unwrap())
    }

    async fn withdraws(&self, number: u64) -> Result<v1::Install, Status> {
        let request = v1::WithdrawInstallRequest { number };
        Ok(self.client.rule_sets.clone().withdraw_install(request).await?.into_inner().install.unwrap())
    }

    pub(crate) async fn installs(&self) -> Vec<v1::Install> {
        let request = v1::ListInstallsRequest::default();
        self.client.rule_sets.clone().list_installs(request).await.unwrap().into_inner().installs
    }

    /// The rule sets that this agency is told of.
    pub(crate) async fn told_of(&self) -> Vec<String> {
        let listed = self.client.rule_sets.clone().list_rule_sets(v1::ListRuleSetsRequest {}).await.unwrap();
        listed.into_inner().rule_sets.into_iter().map(|is| is.pin.unwrap().rule_set).collect()
    }

    /// The components that an incident is pinned to, each with the agency it belongs to.
    async fn pins(&self, incident: &str) -> Vec<(String, Vec<u8>)> {
        let bodies = self.reads(incident).await.into_iter().filter_map(|entry| entry.body);
        let pins = bodies.filter_map(|body| if let Body::RuleSetPinned(pinned) = body { pinned.pin } else { None });
        pins.map(|pin| (pin.owner, pin.component.to_vec())).collect()
    }

    /// The rule sets whose proposals stand on an incident, once all have looked.
    async fn advised_by(&self, incident: &str) -> Vec<String> {
        self.settled(incident).await;
        let mut names: Vec<String> = self.proposals(incident).await.into_iter().map(|found| found.rule_set).collect();
        names.dedup();
        names
    }

    async fn fails(&self) -> String {
        self.opens("Rosebank", IncidentKind::ProviderFailure).await
    }
}

fn pin_of(component: &[u8]) -> (String, Vec<u8>) {
    (COUNCIL.to_owned(), Hash::of(component).0.to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_of_the_agency_approves_and_incidents_that_open_later_are_advised() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    let before = system.fails().await;

    let proposed = one.proposes(&component()).await.unwrap();
    assert_eq!(
        (proposed.number, proposed.rule_set.as_str(), proposed.state()),
        (1, MATRIX, v1::InstallState::Proposed)
    );
    assert_eq!(proposed.component.to_vec(), Hash::of(&component()).0.to_vec());
    assert_eq!((proposed.proposed_by.as_ref().unwrap().person.as_str(), proposed.in_use), ("one", false));
    // Nothing runs from a proposal.
    let waiting = system.fails().await;
    assert_eq!((system.pins(&waiting).await, system.told_of().await), (vec![], vec![]));

    refused(one.approves(1, &component()).await, Code::PermissionDenied, "SECOND_PERSON_NEEDED");
    let approved = two.approves(1, &component()).await.unwrap();
    assert_eq!((approved.state(), approved.in_use), (v1::InstallState::Approved, true));
    assert_eq!(approved.decided_by.unwrap().person, "two");
    refused(two.approves(1, &component()).await, Code::FailedPrecondition, "INSTALL_DECIDED");
    refused(one.withdraws(1).await, Code::FailedPrecondition, "INSTALL_DECIDED");

    let after = system.fails().await;
    assert_eq!(system.advised_by(&after).await, [MATRIX]);
    assert_eq!(system.pins(&after).await, [pin_of(&component())]);
    for older in [&before, &waiting] {
        assert_eq!((system.advised_by(older).await, system.pins(older).await), (vec![], vec![]));
    }
    house.close().await;

    // After a restart it is as it was.
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let later = system.fails().await;
    assert_eq!(system.advised_by(&later).await, [MATRIX]);
    assert_eq!(system.pins(&later).await, [pin_of(&component())]);
    assert_eq!(system.advised_by(&before).await, Vec::<String>::new());
    let installs = system.installs().await;
    assert_eq!(
        (installs.len(), installs[0].in_use, installs[0].because.as_str()),
        (1, true, "the board agreed on our own matrix")
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_by_itself_neither_proposes_nor_approves_nor_withdraws() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    refused(system.proposes(&component()).await, Code::PermissionDenied, "PERSON_NEEDED");
    operator(&house, &home, COUNCIL, &council, "one").await.proposes(&component()).await.unwrap();
    refused(system.approves(1, &component()).await, Code::PermissionDenied, "PERSON_NEEDED");
    refused(system.withdraws(1).await, Code::PermissionDenied, "PERSON_NEEDED");
    // A person without the right does not either.
    let practitioner = house.signed_in(&home, COUNCIL, &council.token("three", &["practitioner"], &[])).await;
    refused(practitioner.approves(1, &component()).await, Code::PermissionDenied, "RIGHT_MISSING");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agency_sees_nothing_of_it_before_or_after() {
    let (home, council, icb) = home();
    let house = home.open().await;
    let other = operator(&house, &home, ICB, &icb, "two").await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(&component()).await.unwrap();
    assert_eq!(other.installs().await, []);
    // The same answer as for a number that there is not.
    let told = refused(other.approves(1, &component()).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let none = refused(other.approves(7, &component()).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert_eq!(told.message().replace('1', "7"), none.message());
    refused(other.withdraws(1).await, Code::NotFound, "RESOURCE_NOT_FOUND");

    two.approves(1, &component()).await.unwrap();
    assert_eq!((one.told_of().await, other.told_of().await), (vec![MATRIX.to_owned()], vec![]));
    let get = v1::GetSettingsRequest { rule_set: MATRIX.to_owned() };
    refused(other.client.rule_sets.clone().get_settings(get).await, Code::NotFound, "RULE_SET_NOT_FOUND");
    let check = v1::CheckSettingsRequest { rule_set: MATRIX.to_owned(), settings_json: String::new() };
    refused(other.client.rule_sets.clone().check_settings(check).await, Code::NotFound, "RULE_SET_NOT_FOUND");
    let info = other.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await.unwrap().into_inner();
    assert_eq!(info.rule_sets, []);
    // Incidents that the other agency leads do not use it.
    let icb = house.client(ICB).await;
    let incident = icb.fails().await;
    assert_eq!((icb.advised_by(&incident).await, icb.pins(&incident).await), (vec![], vec![]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_replaces_the_agencys_own_for_new_incidents_alone() {
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(&component()).await.unwrap();
    two.approves(1, &component()).await.unwrap();
    let first = system.fails().await;
    two.proposes(&other_build()).await.unwrap();
    one.approves(2, &other_build()).await.unwrap();
    let second = system.fails().await;
    assert_eq!(system.pins(&first).await, [pin_of(&component())]);
    assert_eq!(system.pins(&second).await, [pin_of(&other_build())]);
    let in_use: Vec<_> = one.installs().await.into_iter().map(|install| (install.number, install.in_use)).collect();
    assert_eq!(in_use, [(2, true), (1, false)]);
    house.close().await;
    // The newest is read back, and the older incident goes on with what it has.
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let third = system.fails().await;
    assert_eq!(system.pins(&third).await, [pin_of(&other_build())]);
    system.notes(&first, "the older incident goes on").await;
    assert_eq!(system.advised_by(&first).await, [MATRIX]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_development_one_call_is_enough() {
    let (mut home, council, _) = home();
    home.config.installing = Hands::One;
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let install = one.proposes(&component()).await.unwrap();
    assert_eq!((install.state(), install.in_use), (v1::InstallState::Approved, true));
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);
    // A system by itself may too.
    assert!(system.proposes(&other_build()).await.unwrap().in_use);
    house.close().await;
    // Without that, the same server wants two again, and keeps what it has.
    home.config.installing = Hands::Two;
    let house = home.open().await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    assert_eq!(one.proposes(&component()).await.unwrap().state(), v1::InstallState::Proposed);
    assert_eq!(one.told_of().await, [MATRIX]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_install_a_rule_set_by_hand() {
    let (home, council, _) = home();
    let house = home.open().await;
    let file = home.put("ours.wasm", component());
    let tokens = ["one", "two"].map(|person| {
        let token = home.put(&format!("{person}.jwt"), council.token(person, &["rule-set-operator"], &[]));
        token.to_str().unwrap().to_owned()
    });
    let [one, two] = &tokens;
    let because = ["--because", "the board agreed"];
    let propose = [&["rules", "install", file.to_str().unwrap()], because.as_slice()].concat();
    let told = typed(&home, &house, &propose).await;
    assert!(!told.well && told.err.contains("PERSON_NEEDED"), "{}", told.err);
    let told = typed(&home, &house, &[propose.as_slice(), &["--token", one]].concat()).await;
    let digest = Hash::of(&component()).to_string();
    assert!(told.well && told.out.contains(&format!("muster rules approve 1 --digest {digest}")), "{}", told.err);

    let other = digest.replace(|char: char| char.is_ascii_digit(), "a");
    let told = typed(&home, &house, &["rules", "approve", "1", "--digest", &other, "--token", two]).await;
    assert!(!told.well && told.err.contains("OTHER_COMPONENT"), "{}", told.err);
    let told = typed(&home, &house, &["rules", "approve", "1", "--digest", "abc", "--token", two]).await;
    assert!(!told.well && told.err.contains("64 hexadecimal digits"), "{}", told.err);
    let told = typed(&home, &house, &["rules", "approve", "1", "--digest", &digest, "--token", two]).await;
    assert!(told.well && told.out.contains("in use for incidents that open from now on"), "{}", told.err);

    typed(&home, &house, &[propose.as_slice(), &["--token", two]].concat()).await;
    let told = typed(&home, &house, &["rules", "withdraw", "2", "--token", one]).await;
    assert!(told.well && told.out.contains("withdrawn"), "{}", told.err);
    let told = typed(&home, &house, &["rules", "installs", "--token", two]).await;
    for line in ["1  stakeholder-matrix", "2  stakeholder-matrix", "by one: the board agreed", "   withdrawn "] {
        assert!(told.out.contains(line), "no {line:?} in:\n{}", told.out);
    }
    house.close().await;
}
