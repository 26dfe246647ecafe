//! Keys at an address: fetched once, seldom again, and from where they are configured.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server on loopback that answers the same thing to whatever is asked, and counts.
struct Answers {
    url: String,
    asked: Arc<AtomicUsize>,
    answer: Arc<Mutex<String>>,
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

impl Answers {
    async fn with(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(answer)));
        let (counted, given) = (Arc::clone(&asked), Arc::clone(&answer));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let text = given.lock().unwrap().clone();
                let mut request = vec![0; 4096];
                let _read = stream.read(&mut request).await.unwrap();
                drop(stream.write_all(text.as_bytes()).await);
            }
        });
        Self { url, asked, answer }
    }

    fn times(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A set with one key of that name.
fn set(kid: &str) -> String {
    format!(
        r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"{kid}",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}]}}"#
    )
}

#[tokio::test]
async fn keys_are_fetched_once_and_for_an_unknown_one_at_most_once_a_minute() {
    let answers = Answers::with(ok(&set("one"))).await;
    let keys = KeysUrl::new(&answers.url, None).unwrap();
    assert_eq!(answers.times(), 0, "nothing is fetched before it is needed");
    for _ in 0..20 {
        assert!(keys.key(Some("one"), Algorithm::Es256).await.unwrap().is_some());
    }
    assert_eq!(answers.times(), 1);
    // The provider takes up another key; whoever names it within the minute is not known yet.
    *answers.answer.lock().unwrap() = ok(&set("two"));
    for _ in 0..20 {
        assert!(keys.key(Some("two"), Algorithm::Es256).await.unwrap().is_none());
    }
    assert_eq!(answers.times(), 1);
    keys.time_passes(bounds::KEYS_AGAIN);
    assert!(keys.key(Some("one"), Algorithm::Es256).await.unwrap().is_some(), "a known key fetches nothing");
    assert_eq!(answers.times(), 1);
    assert!(keys.key(Some("two"), Algorithm::Es256).await.unwrap().is_some());
    assert!(keys.key(Some("one"), Algorithm::Es256).await.unwrap().is_none(), "a key that is gone is not taken");
    assert_eq!(answers.times(), 2);
}

#[tokio::test]
async fn keys_that_have_grown_old_are_fetched_again_and_not_taken_where_that_fails() {
    let answers = Answers::with(ok(&set("one"))).await;
    let keys = KeysUrl::new(&answers.url, None).unwrap();
    keys.key(Some("one"), Algorithm::Es256).await.unwrap().unwrap();
    keys.time_passes(bounds::KEYS_AGE);
    keys.time_passes(bounds::KEYS_AGAIN);
    *answers.answer.lock().unwrap() = "HTTP/1.1 500 Out of order\r\ncontent-length: 0\r\n\r\n".to_owned();
    assert!(keys.key(Some("one"), Algorithm::Es256).await.is_err());
    *answers.answer.lock().unwrap() = ok(&set("one"));
    keys.time_passes(bounds::KEYS_AGAIN);
    assert!(keys.key(Some("one"), Algorithm::Es256).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_no_set_of_keys_or_leads_elsewhere_is_not_taken() {
    let elsewhere = Answers::with(ok(&set("one"))).await;
    let bad = [
        format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url),
        ok("not keys"),
        ok(r#"{"keys":[]}"#),
        ok(r#"{"keys":[{"kty":"oct","kid":"one","k":"c2VjcmV0"}]}"#),
        ok(&" ".repeat(bounds::KEYS_BYTES + 1)),
    ];
    for answer in bad {
        let answers = Answers::with(answer).await;
        let keys = KeysUrl::new(&answers.url, None).unwrap();
        assert!(keys.key(Some("one"), Algorithm::Es256).await.is_err());
    }
    assert_eq!(elsewhere.times(), 0, "a redirection is not followed");
}

#[test]
fn keys_come_over_tls_or_from_loopback() {
    for url in ["https://idp.example/keys", "http://127.0.0.1:1/keys", "http://localhost/keys", "http://[::1]:1/keys"] {
        assert!(KeysUrl::new(url, None).is_ok(), "{url}");
    }
    for url in ["http://idp.example/keys", "ftp://127.0.0.1/keys", "http://127.0.0.1.evil.example/keys"] {
        assert!(matches!(KeysUrl::new(url, None), Err(BadKeysUrl::NotSafe(_))), "{url}");
    }
    for url in ["", "/keys", "https://"] {
        assert!(KeysUrl::new(url, None).is_err(), "{url}");
    }
}

#[test]
fn a_key_is_found_by_its_name_and_for_what_it_signs_and_never_by_guessing() {
    let two = set("one").replace("]}", ",") + &set("two").replace(r#"{"keys":["#, "");
    let keys = Keys::read(&two).unwrap();
    assert!(keys.find(Some("one"), Algorithm::Es256).is_some());
    assert!(keys.find(Some("one"), Algorithm::Rs256).is_none() && keys.find(Some("one"), Algorithm::Es384).is_none());
    assert!(keys.find(Some("three"), Algorithm::Es256).is_none());
    // Without a name there has to be one only.
    assert!(keys.find(None, Algorithm::Es256).is_none());
    assert!(Keys::read(&set("one")).unwrap().find(None, Algorithm::Es256).is_some());
    let for_encryption = set("one").replace(r#""kty""#, r#""use":"enc","kty""#);
    assert!(matches!(Keys::read(&for_encryption), Err(NoKeys::NoneUsable)));
}
