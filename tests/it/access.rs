//! The registry of systems while the server runs: what it takes back is gone within a second, open streams included.

use std::time::Duration;

use muster::client::Client;
use muster::dev_certs::Identity;
use muster_coordinator::Surroundings as _;
use muster_proto::v1;
use muster_record::situation::IncidentKind;
use muster_server::access::Presented;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::time::Instant;
use tonic::{Code, Status, Streaming};

use crate::certificates::{Signer, home_with, proper, uri};
use crate::home::{COUNCIL, CQC, Home, House, ICB, soon};
use crate::logs;
use crate::participant::{Following, Participant, note, options, refused, request, watch_all, watch_one};

/// Writes the registry with these rows behind what development has.
pub(crate) fn registers(home: &Home, rows: &str) {
    let agencies: Vec<_> = home.config.agencies.iter().map(|agency| &agency.id).collect();
    home.put("access.toml", format!("{}\n{rows}\n", muster::access::permissive("ca.pem", agencies)));
}

pub(crate) fn suspended(agency: &str) -> String {
    format!("[[system]]\nuri = \"{}\"\nstate = \"suspended\"\n", uri(agency))
}

/// The open streams of a participant: one incident, all it may see, and a region's picture.
struct Streams {
    one: Following,
    all: Following,
    region: Streaming<v1::WatchRegionResponse>,
}

impl Streams {
    async fn open(by: &Participant, incident: &str, region: &str) -> Self {
        let mut one = by.watches(watch_one(incident)).await.unwrap();
        let mut all = by.watches(watch_all()).await.unwrap();
        let asked = v1::WatchRegionRequest { regional_incident_id: region.to_owned() };
        let mut region = by.client.regions.clone().watch_region(asked).await.unwrap().into_inner();
        soon(one.event()).await.unwrap();
        soon(all.event()).await.unwrap();
        soon(region.message()).await.unwrap();
        Self { one, all, region }
    }

    /// How each of them ended.
    async fn ends(self) -> [Status; 3] {
        let Self { mut one, mut all, mut region } = self;
        let pictures = async {
            loop {
                match region.message().await {
                    Ok(picture) => assert!(picture.is_some(), "the stream ended without a word"),
                    Err(status) => return status,
                }
            }
        };
        soon(async { tokio::join!(ends(&mut one), ends(&mut all), pictures).into() }).await
    }
}

/// How a stream ends.
async fn ends(watch: &mut Following) -> Status {
    soon(async {
        loop {
            match watch.event().await {
                Ok(event) => assert!(event.is_some(), "the stream ended without a word"),
                Err(status) => return status,
            }
        }
    })
    .await
}

/// Does something to the registry, and claims that all streams of the caller end within a second, and nobody else's.
async fn takes_back(house: &House<'_>, home: &Home, rows: &str, reason: &str) {
    logs::kept();
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let (incident, region) = (
        council.opens("Rosebank", IncidentKind::ProviderFailure).await,
        council.opens("All", IncidentKind::Regional).await,
    );
    council.seats(&icb, &incident).await;
    let mut least = Duration::MAX;
    // A machine that is busy with other tests may be slow once; the claim is about the server.
    for _ in 0..3 {
        registers(home, "");
        let_in_again(&icb).await;
        council.seats_in_region(&icb, &region).await;
        let streams = Streams::open(&icb, &incident, &region).await;
        let mut others = council.watches(watch_one(&incident)).await.unwrap();
        registers(home, rows);
        let from = Instant::now();
        for status in streams.ends().await {
            refused::<()>(Err(status), Code::Unauthenticated, "CREDENTIAL_INVALID");
        }
        least = least.min(from.elapsed());
        let last = council.notes(&incident, "still here").await;
        others.until(last).await;
        let told = icb.appends(request(&incident, options(), [note("let me in")])).await;
        refused(told, Code::Unauthenticated, "CREDENTIAL_INVALID");
    }
    println!("open streams ended {} ms after the registry was written", least.as_millis());
    assert!(least < Duration::from_secs(1), "{least:?}");
    logs::tells(&["a caller is not let in any more", reason]).await;
}

impl Participant {
    async fn seats_in_region(&self, other: &Self, region: &str) {
        let seat = self.appends(request(
            region,
            options(),
            [crate::participant::invite(&other.agency, muster_record::agency::Interest::Operational)],
        ));
        // Asked again in another round, it has its seat already.
        if seat.await.is_ok() {
            other.does(region, [muster_record::incident::participants::Command::Join.into()]).await;
        }
    }
}

/// Returns once the server lets the caller in no more.
pub(crate) async fn shut_out(who: &Participant) {
    let mut info = who.client.info.clone();
    soon(async {
        while info.get_server_info(v1::GetServerInfoRequest {}).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Returns once the server lets the caller in.
pub(crate) async fn let_in_again(who: &Participant) {
    let mut info = who.client.info.clone();
    soon(async {
        while info.get_server_info(v1::GetServerInfoRequest {}).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_systems_open_streams_end_within_a_second_and_its_calls_are_refused() {
    let home = Home::new();
    let house = home.open().await;
    takes_back(&house, &home, &suspended(ICB), "agency/qwu/system/console is suspended").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_bound_to_an_agency_no_longer_ends_the_streams_of_its_systems() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let mut watch = icb.watches(watch_one(&incident)).await.unwrap();
    soon(watch.event()).await.unwrap();
    let without = home.config.agencies.iter().map(|agency| &agency.id).filter(|id| id.as_str() != ICB);
    home.put("access.toml", muster::access::permissive("ca.pem", without));
    let ended = ends(&mut watch);
    refused::<()>(Err(ended.await), Code::Unauthenticated, "CREDENTIAL_INVALID");
    council.notes(&incident, "the council is as it was").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_is_refused_by_key_and_by_serial_and_another_of_the_same_system_is_not() {
    logs::kept();
    for by_serial in [false, true] {
        let signer = Signer::new();
        let home = home_with(&signer, &[CQC], "");
        let house = home.open().await;
        let registry = std::fs::read_to_string(home.path("access.toml")).unwrap();
        let (lost, kept) = (signer.signs(&proper(&[&uri(CQC)])), signer.signs(&proper(&[&uri(CQC)])));
        let ca = home.authority.certificate();
        let connect = async |leaf: &crate::certificates::Leaf| {
            let identity = Identity { certificate: leaf.pem.clone(), key: leaf.key_pem.clone() };
            let client = Client::connect(house.serving.api(), &ca, &identity).await.unwrap();
            Participant { client, agency: CQC.to_owned() }
        };
        let (by_lost, by_kept) = (connect(&lost).await, connect(&kept).await);
        let incident = by_lost.opens("Rosebank", IncidentKind::QualityConcern).await;
        let mut watch = by_lost.watches(watch_one(&incident)).await.unwrap();
        let mut other = by_kept.watches(watch_one(&incident)).await.unwrap();
        soon(watch.event()).await.unwrap();

        let authority = CertificateDer::from_pem_slice(signer.pem().as_bytes()).unwrap().to_vec();
        let presented =
            Presented::read(std::slice::from_ref(&lost.der), &[authority], muster::dev_certs::TRUST_DOMAIN).unwrap();
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
        let row = if by_serial {
            format!("[[revoked]]\nauthority = \"second\"\nserial = \"00:{}\"", hex(&presented.serial))
        } else {
            format!("[[revoked]]\nkey_sha256 = \"{}\"", hex(&presented.key))
        };
        home.put("access.toml", format!("{registry}\n{row}\n"));
        let ended = ends(&mut watch);
        refused::<()>(Err(ended.await), Code::Unauthenticated, "CREDENTIAL_INVALID");
        let told = by_lost.appends(request(&incident, options(), [note("?")])).await;
        refused(told, Code::Unauthenticated, "CREDENTIAL_INVALID");
        let last = by_kept.notes(&incident, "the other certificate").await;
        other.until(last).await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_runs_out_ends_its_open_streams() {
    logs::kept();
    let signer = Signer::new();
    let home = home_with(&signer, &[CQC], "");
    let house = home.open().await;
    let mut params = proper(&[&uri(CQC)]);
    let now = muster::surroundings::System.now();
    let of_day = Duration::from_secs(u64::try_from(now.timestamp().rem_euclid(86_400)).unwrap() + 3);
    use chrono::Datelike as _;
    let day = rcgen::date_time_ymd(now.year(), u8::try_from(now.month()).unwrap(), u8::try_from(now.day()).unwrap());
    params.not_after = day + of_day;
    let leaf = signer.signs(&params);
    let identity = Identity { certificate: leaf.pem, key: leaf.key_pem };
    let client = Client::connect(house.serving.api(), &home.authority.certificate(), &identity).await.unwrap();
    let cqc = Participant { client, agency: CQC.to_owned() };
    let incident = cqc.opens("Rosebank", IncidentKind::QualityConcern).await;
    let mut watch = cqc.watches(watch_one(&incident)).await.unwrap();
    let ended = ends(&mut watch);
    refused::<()>(Err(ended.await), Code::Unauthenticated, "CREDENTIAL_INVALID");
    let told = cqc.appends(request(&incident, options(), [note("?")])).await;
    refused(told, Code::Unauthenticated, "CREDENTIAL_INVALID");
    logs::tells(&["a caller is not let in any more", "not valid today"]).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_registry_is_refused_with_a_reason_and_the_last_good_one_stays_in_force() {
    logs::kept();
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let mut watch = icb.watches(watch_one(&incident)).await.unwrap();
    let file = home.path("access.toml").display().to_string();
    let bad = [
        ("systems_not_listed = \"refused\"\n[[sistem]]\n", "unknown field `sistem`"),
        ("[[system]]\nuri = \"https://cqc\"\n", "systems_not_listed"),
        ("systems_not_listed = \"perhaps\"\n", "`roles` and `unattended`"),
        ("systems_not_listed = \"refused\"\n[[system]]\nuri = \"https://cqc\"\n", "is no system's"),
    ];
    for (text, reason) in bad {
        home.put("access.toml", text);
        logs::tells(&[&file, "the last good one stays in force", reason]).await;
        let last = council.notes(&incident, "all is as it was").await;
        watch.until(last).await;
    }
    // And a good one is taken up again.
    registers(&home, &suspended(ICB));
    let ended = ends(&mut watch);
    refused::<()>(Err(ended.await), Code::Unauthenticated, "CREDENTIAL_INVALID");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_system_without_a_row_gets_is_a_setting() {
    logs::kept();
    let home = Home::new();
    let authority = |rest: &str| {
        format!(
            "{rest}\n[[authority]]\nname = \"ours\"\ncertificate = \"ca.pem\"\nagencies = [\"{COUNCIL}\", \"{ICB}\"]\n"
        )
    };
    let council = format!("[[system]]\nuri = \"{}\"\nunattended = [\"incident-lead\"]\n", uri(COUNCIL));
    home.put("access.toml", authority("systems_not_listed = \"refused\"") + &council);
    let house = home.open().await;
    let (listed, unlisted) = (house.client(COUNCIL).await, house.client(ICB).await);
    let incident = listed.opens("Rosebank", IncidentKind::QualityConcern).await;
    let info = unlisted.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await;
    refused(info, Code::Unauthenticated, "CREDENTIAL_INVALID");
    logs::tells(&["agency/qwu/system/console", "refuses systems that are not listed"]).await;

    home.put("access.toml", authority("systems_not_listed = { unattended = [\"comms\"] }") + &council);
    let_in_again(&unlisted).await;
    listed.seats(&unlisted, &incident).await;
    unlisted.notes(&incident, "may write").await;
    let import = unlisted.client.rule_sets.clone().change_settings(v1::ChangeSettingsRequest::default()).await;
    let status = refused(import, Code::PermissionDenied, "RIGHT_MISSING");
    assert!(status.message().contains("change-settings"), "{status:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_taken_away_ends_what_it_allowed() {
    let home = Home::new();
    let house = home.open().await;
    let (_, icb, incident) = house.rosebank().await;
    let mut watch = icb.watches(watch_one(&incident)).await.unwrap();
    soon(watch.event()).await.unwrap();
    registers(&home, &format!("[[system]]\nuri = \"{}\"\nunattended = [\"platform-admin\"]\n", uri(ICB)));
    let ended = ends(&mut watch);
    let status = refused::<()>(Err(ended.await), Code::PermissionDenied, "RIGHT_MISSING");
    assert!(status.message().contains("read"), "{status:?}");
    let told = icb.appends(request(&incident, options(), [note("?")])).await;
    refused(told, Code::PermissionDenied, "RIGHT_MISSING");
    house.close().await;
}
