//! Each language's mirror, killed with the server. That of Python is killed most, with the Rust client beside it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

use super::*;

/// The places and hashes that a mirror keeps.
type Kept = Vec<(u64, Vec<u8>)>;

/// How often the server and a mirror of each language are killed.
const MIRRORS_KILLED: usize = 3;

/// Kills server and mirror some times, in the middle of writing; each time a mirror that goes on has the server's chain.
async fn mirrors(mirror: impl Fn(&str, &Path, &Path, SocketAddr, Option<u64>) -> Command, kept: fn(&Path) -> Kept) {
    let (place, api) = (tempfile::tempdir().unwrap(), free());
    let (certs, file) = (place.path().join("certs"), place.path().join("mirror.db"));
    let mut process = Process::start(place.path(), api, "");
    let council = participant(api, &certs, COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let wire = server(api, &certs, COUNCIL).connect().await.unwrap();
    for round in 0..MIRRORS_KILLED {
        let mut running = mirror(&incident, &certs, &file, api, None);
        let mut running = running.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (tell, mut told) = tokio::sync::mpsc::channel(1);
        let writer = tokio::spawn(writes(wire.clone(), incident.clone(), round, tell));
        for _ in 0..=(round * 5 % NOTES) {
            soon(told.recv()).await.unwrap();
        }
        process.dies();
        process = Process::start(place.path(), api, "");
        while soon(told.recv()).await.is_some() {}
        writer.await.unwrap();
        running.kill().unwrap();
        running.wait().unwrap();
        let record = participant(api, &certs, COUNCIL).await.reads(&incident).await;
        let chain: Kept = record.iter().map(|entry| (entry.seq, entry.hash.to_vec())).collect();
        let last = record.last().unwrap().seq;
        let said = ran(&mut mirror(&incident, &certs, &file, api, Some(last))).unwrap();
        assert!(said.contains(&format!("mirrored {last} entries")), "{said}");
        assert_eq!(kept(&file), chain, "round {round}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_mirror_keeps_the_servers_chain_through_kill_9() {
    let mirror = |incident: &str, certs: &Path, file: &Path, api: SocketAddr, until: Option<u64>| {
        let mut mirror = Command::new(env!("CARGO_BIN_EXE_example-mirror"));
        mirror.args([incident, path(file), &api.to_string(), path(certs), COUNCIL]);
        mirror.args(until.map(|until| until.to_string()));
        mirror
    };
    mirrors(mirror, mirrored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_mirror_keeps_the_servers_chain_through_kill_9() {
    let Some(folder) = at_hand("SQLite for node", &NODE_AND_SQLITE) else { return };
    let mirror = |incident: &str, certs: &Path, file: &Path, api: SocketAddr, until: Option<u64>| {
        let mut node = Command::new("node");
        node.args(["built/mirror.js", incident, "--into", path(file), "--server", &api.to_string()]);
        node.args(["--certs", path(certs)]).current_dir(folder);
        if let Some(until) = until {
            node.args(["--until", &until.to_string()]);
        }
        node
    };
    mirrors(mirror, mirrored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_mirror_keeps_the_servers_chain_through_kill_9() {
    let Some(folder) = at_hand("buf", &NODE) else { return };
    if !has_sqlite() {
        return;
    }
    let mirror = |incident: &str, certs: &Path, file: &Path, api: SocketAddr, until: Option<u64>| {
        let mut shell = Command::new("bash");
        shell.arg(root().join("examples/shell/mirror.sh")).args([
            incident,
            path(file),
            &local(api),
            path(certs),
            COUNCIL,
        ]);
        shell.args(until.map(|until| until.to_string()));
        with_tools(&mut shell, folder);
        shell
    };
    mirrors(mirror, mirrored_in_base64).await;
}

/// What the shell's mirror holds: it keeps hashes as JSON has them.
fn mirrored_in_base64(file: &Path) -> Kept {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut asked = db.prepare("SELECT seq, hash FROM entry ORDER BY seq").unwrap();
    let rows = asked.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
    let read = |(seq, hash): (i64, String)| (seq.try_into().unwrap(), BASE64.decode(hash).unwrap());
    rows.map(|row| read(row.unwrap())).collect()
}
