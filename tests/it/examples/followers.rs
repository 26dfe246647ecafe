//! Each language's follower goes on where it was. That of Python has no place that outlasts it; its mirror has.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_follower_goes_on_after_kill_9_where_it_was() {
    let Some(folder) = at_hand("node's packages", &NODE) else { return };
    *BUILT;
    let follower = |incident: &str, certs: &Path, kept: &Path, api: SocketAddr, until: u64| {
        let (api, until) = (api.to_string(), until.to_string());
        let words = ["--server", &api, "--certs", path(certs), "--place", path(kept), "--until", &until];
        let mut node = Command::new("node");
        node.args(["built/follow.js", incident]).args(words).current_dir(folder);
        let said = ran(&mut node).unwrap();
        said.lines().map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect::<Vec<u64>>()
    };
    goes_on_after_kill_9(follower).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_follower_goes_on_after_kill_9_where_it_was() {
    let follower = |incident: &str, certs: &Path, kept: &Path, api: SocketAddr, until: u64| {
        let mut follow = Command::new(env!("CARGO_BIN_EXE_example-follow"));
        follow.args([incident, &api.to_string(), path(certs), COUNCIL, path(kept)]).stdout(Stdio::piped());
        let mut child = follow.spawn().unwrap();
        let mut seen: Vec<u64> = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            seen.push(line.split_whitespace().next().unwrap().parse().unwrap());
            if seen.last() >= Some(&until) {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        seen
    };
    goes_on_after_kill_9(follower).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_cannot_connect_says_why_and_goes_on_trying() {
    let (place, other, api) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), free());
    let _process = Process::start(place.path(), api, "");
    Folder(other.path().to_owned()).write(std::iter::once(&COUNCIL.parse().unwrap())).unwrap();
    for (certs, address, says) in [(other.path(), api, "certificate"), (&place.path().join("certs"), free(), "refused")]
    {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let server = Server { address: address.to_string(), ..server(api, certs, COUNCIL) };
        let mut follow = muster_client::Follow::incident(server, &"0".repeat(32), prost::bytes::Bytes::new())
            .on_break(move |why, _| drop(tell.send(why.to_string())));
        let follows = tokio::spawn(async move { follow.next().await.map(drop) });
        for _ in 0..2 {
            let why = soon(told.recv()).await.unwrap();
            assert!(why.to_lowercase().contains(says), "{why}");
        }
        follows.abort();
    }
}

/// A follower sees all entries, in order; the server is killed; started again it sees what came, and what it had not
/// kept that it saw at most once more.
async fn goes_on_after_kill_9(follows: impl Fn(&str, &Path, &Path, SocketAddr, u64) -> Vec<u64>) {
    let (place, api) = (tempfile::tempdir().unwrap(), free());
    let (certs, kept) = (place.path().join("certs"), place.path().join("kept.place"));
    let process = Process::start(place.path(), api, "");
    let council = participant(api, &certs, COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let last = council.notes(&incident, "before").await;
    assert_eq!(follows(&incident, &certs, &kept, api, last), (1..=last).collect::<Vec<_>>());
    process.dies();
    let _again = Process::start(place.path(), api, "");
    let council = participant(api, &certs, COUNCIL).await;
    let next = council.notes(&incident, "after").await;
    let seen = follows(&incident, &certs, &kept, api, next);
    assert_eq!(seen.last(), Some(&next));
    assert!(seen.windows(2).all(|two| two[1] == two[0] + 1), "each once, in order: {seen:?}");
}
