//! The mirror in Python and the Rust client, through ten kills of the server and of the mirror.

use muster_client::{FilePlace, Follow};
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;

use super::*;

/// How often server and mirror are killed.
const KILLS: usize = 10;

/// Follows with the client until somebody stops it; keeps what it sees.
async fn follows(mut follow: Follow<FilePlace>, see: tokio::sync::mpsc::UnboundedSender<v1::Entry>) {
    loop {
        let response = follow.next().await.unwrap();
        let Some(Event::Changes(changes)) = response.event else { continue };
        for entry in changes.entries {
            drop(see.send(entry));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mirror_and_the_rust_client_keep_the_servers_chain_through_ten_kill_9() {
    let python_at = at_hand("Python's packages", &PYTHON);
    let place = tempfile::tempdir().unwrap();
    let (certs, mirror, api) = (place.path().join("certs"), place.path().join("mirror.db"), free());
    let mut process = Process::start(place.path(), api, "");
    let council = participant(api, &certs, COUNCIL).await;
    let icb = participant(api, &certs, ICB).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.seats(&icb, &incident).await;
    let (see, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let file_place = FilePlace(place.path().join("rust.place"));
    let follower = tokio::spawn(follows(Follow::incident(server(api, &certs, ICB), &incident, file_place), see));

    // One connection for all rounds: it mends itself.
    let wire = server(api, &certs, COUNCIL).connect().await.unwrap();
    let address = api.to_string();
    let mut words = vec!["examples/python/mirror.py", &incident, "--into", path(&mirror), "--agency", ICB];
    words.extend(["--server", &address, "--certs", path(&certs)]);
    let mut record = Vec::new();
    for round in 0..KILLS {
        let mirroring = python_at.map(|at| {
            let (out, err) = (Stdio::null(), Stdio::null());
            python(at, &words).stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap()
        });
        let (tell, mut told) = tokio::sync::mpsc::channel(1);
        let writer = tokio::spawn(writes(wire.clone(), incident.clone(), round, tell));
        // In another place of the round each time; the mirror is somewhere behind.
        for _ in 0..=(round * 7 % NOTES) {
            soon(told.recv()).await.unwrap();
        }
        process.dies();
        process = Process::start(place.path(), api, "");
        while soon(told.recv()).await.is_some() {}
        writer.await.unwrap();
        // The mirror is killed as well, and another goes on from what it kept.
        if let Some(mut mirroring) = mirroring {
            mirroring.kill().unwrap();
            mirroring.wait().unwrap();
        }
        record = participant(api, &certs, ICB).await.reads(&incident).await;
        let chain: Vec<(u64, Vec<u8>)> = record.iter().map(|entry| (entry.seq, entry.hash.to_vec())).collect();
        let Some(at) = python_at else { continue };
        let last = record.len().to_string();
        let mut until = words.clone();
        until.extend(["--until", &last]);
        let said = ran(&mut python(at, &until)).unwrap();
        assert_eq!(mirrored(&mirror), chain, "round {round}: {said}");
        let head = chain.last().unwrap().1.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert!(said.contains(&format!("mirrored {last} entries; the chain holds and ends with {head}")), "{said}");
    }
    let notes = record.iter().filter(|entry| crate::participant::text_of(entry).is_some()).count();
    assert_eq!(notes, KILLS * NOTES, "each note is written once");
    let mut followed = Vec::new();
    while followed.len() < record.len() {
        followed.push(soon(seen.recv()).await.unwrap());
    }
    follower.abort();
    assert_eq!(followed, record, "the Rust client left nothing out and saw nothing twice");
}
