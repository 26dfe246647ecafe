use super::*;
use crate::entry::{Audience, Author, Domain, Entry, Envelope, Hash, Sealed};
use crate::incident::{communications, log};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn nine() -> Instant {
    at("2024-03-04T09:00:00Z")
}

fn usual() -> Patience {
    Patience::default()
}

fn not_taken() -> Outcome {
    Outcome::NotTaken("it answered 500".to_owned())
}

fn away() -> Outcome {
    Outcome::Away("refused".to_owned())
}

#[test]
fn a_wait_doubles_up_to_the_longest_and_chance_takes_off_at_most_half() {
    let whole: Vec<u64> = (1..=12).map(|attempts| wait(&usual(), attempts, 0)).collect();
    let seconds = |seconds: u64| seconds * 1000;
    let expected = [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900].map(seconds);
    assert_eq!(whole, expected);
    for chance in [1, 17, 999, 1000, 1001, u64::MAX] {
        let waited = wait(&usual(), 1, chance);
        assert!((1000..=2000).contains(&waited), "{waited}");
    }
    let at_once = Patience { first_wait: 0, ..usual() };
    assert_eq!(wait(&at_once, 9, 7), 0);
}

#[test]
fn an_event_is_given_up_after_its_attempts_and_the_webhook_pauses_when_none_is_taken() {
    let patience = Patience { attempts: 3, dead_in_a_row: 2, ..usual() };
    let mut trouble = Trouble::default();
    for attempts in 1..=2 {
        let Next::Again { after: _, trouble: now } = next(&patience, trouble, &not_taken(), nine(), 0) else {
            panic!()
        };
        assert_eq!(now.attempts, attempts);
        trouble = now;
    }
    let Next::GiveUp { trouble } = next(&patience, trouble, &not_taken(), nine(), 0) else { panic!() };
    assert_eq!(trouble, Trouble { attempts: 0, away_since: None, dead_in_a_row: 1 });
    let tried = Trouble { attempts: 2, ..trouble };
    let why = "2 events in a row were not taken, the last: it answered 500".to_owned();
    assert_eq!(next(&patience, tried, &not_taken(), nine(), 0), Next::GiveUpAndPause(why));
    assert_eq!(next(&patience, tried, &Outcome::Delivered, nine(), 0), Next::GoOn);
}

#[test]
fn a_receiver_that_is_away_costs_no_event_and_pauses_its_webhook_after_a_day() {
    let mut trouble = Trouble { attempts: 500, ..Trouble::default() };
    let Next::Again { after, trouble: now } = next(&usual(), trouble, &away(), nine(), 0) else { panic!() };
    assert_eq!((after, now.away_since), (900_000, Some(nine())));
    trouble = now;
    let later = at("2024-03-05T08:59:59Z");
    assert!(matches!(next(&usual(), trouble, &away(), later, 0), Next::Again { .. }));
    let day = next(&usual(), trouble, &away(), at("2024-03-05T09:00:00Z"), 0);
    let why = "the receiver has been away since 2024-03-04T09:00:00+00:00: refused";
    assert_eq!(day, Next::Pause(why.to_owned()));
    assert!(matches!(next(&usual(), trouble, &Outcome::Gone("gone".to_owned()), later, 0), Next::Pause(_)));
}

#[test]
fn what_an_answer_means() {
    for taken in [200, 201, 202, 204] {
        assert_eq!(judged(taken), Outcome::Delivered);
    }
    for away in [429, 502, 503, 504] {
        assert!(matches!(judged(away), Outcome::Away(_)), "{away}");
    }
    for not_taken in [100, 301, 302, 307, 308, 400, 401, 403, 404, 500] {
        assert!(matches!(judged(not_taken), Outcome::NotTaken(_)), "{not_taken}");
    }
    assert!(matches!(judged(410), Outcome::Gone(_)));
}

#[test]
fn an_address_is_https_unless_http_is_allowed_and_holds_no_password() {
    let told = |url: &str| match target(url, false) {
        Ok(Target { tls: _, host, port, path }) => format!("{host} {port} {path}"),
        Err(bad) => bad.to_string(),
    };
    for (url, expected) in [
        ("https://example.org", "example.org 443 /"),
        ("https://EXAMPLE.org:8443/in?a=b#c", "example.org 8443 /in?a=b"),
        ("https://example.org?a", "example.org 443 /?a"),
        ("https://[2001:db8::1]:8443/x", "2001:db8::1 8443 /x"),
        ("https://[::1]", "::1 443 /"),
        ("http://example.org/", "does not begin with https://"),
        ("HTTPS://example.org/", "does not begin with https://"),
        ("ftp://example.org/", "does not begin with https://"),
        ("https:///in", "has no host"),
        ("https://[::1/in", "has no host"),
        ("https://a%2eb/in", "has no host"),
        ("https://example.org:0/", "has no port from 1 to 65535 behind the host"),
        ("https://example.org:/", "has no port from 1 to 65535 behind the host"),
        ("https://[::1]8/", "has no port from 1 to 65535 behind the host"),
    ] {
        assert_eq!(told(url), expected, "{url}");
    }
    assert_eq!(target("https://me:secret@example.org/", false), Err(BadUrl::Credentials));
    assert_eq!(target("https://example.org/a b", false), Err(BadUrl::Characters));
    assert_eq!(target("https://example.org/\r\nhost: x", false), Err(BadUrl::Characters));
    assert_eq!(target("http://example.org/", true).unwrap().port, 80);
}

fn sealed(fact: crate::Fact) -> Sealed {
    let author = Author::system("cqc".parse().unwrap(), "console");
    let entry = Entry {
        incident: IncidentId::from_bytes([7; 16]),
        seq: Seq(3),
        recorded_at: nine(),
        envelope: Envelope {
            author,
            occurred_at: nine(),
            class: fact.class(),
            audience: Audience::Participants,
            subjects: Vec::new(),
            drawn_from: Vec::new(),
            cause: None,
            gives: None,
        },
        fact,
    };
    entry.seal(Domain::Live, Hash::NONE, [9; 16]).unwrap()
}

fn noted(text: &str) -> Sealed {
    sealed(log::Fact::Noted { text: text.to_owned() }.into())
}

#[test]
fn an_event_carries_what_is_told_and_a_stub_nothing_of_what_is_withheld() {
    let sealed = noted("31 residents");
    let whole = event("ab", &sealed, false, Told::Whole).unwrap();
    assert_eq!(whole.kind, Kind::Log);
    let body: serde_json::Value = serde_json::from_str(&whole.body).unwrap();
    assert_eq!(body["specversion"], "1.0");
    assert_eq!(body["type"], "muster.v1.log.noted");
    assert_eq!(body["source"], "urn:muster:ab");
    assert_eq!(body["subject"], "07070707070707070707070707070707/3");
    assert_eq!(body["id"], whole.id.as_str());
    assert_eq!(body["data"]["fact"]["text"], "31 residents");
    assert_eq!(body["data"]["envelope"]["author"]["agency"], "cqc");
    let stub = event("ab", &sealed, false, Told::Withheld).unwrap();
    assert_eq!(stub.kind, Kind::Withheld);
    assert!(!stub.body.contains("31 residents") && !stub.body.contains("cqc") && !stub.body.contains("log"));
    let ended = event("ab", &sealed, false, Told::AccessEnded).unwrap();
    assert_eq!(ended.kind, Kind::AccessEnded);
    assert!(!ended.body.contains("\"seq\"") && !ended.body.contains("\"hash\""));
}

#[test]
fn an_id_stands_for_one_content() {
    let (first, other) = (noted("31 residents"), noted("32 residents"));
    let of = |sealed: &Sealed, told| event("ab", sealed, false, told).unwrap();
    assert_eq!(of(&first, Told::Whole), of(&first, Told::Whole));
    let all = [Told::Whole, Told::Withheld, Told::AccessEnded]
        .into_iter()
        .flat_map(|told| [of(&first, told).id, of(&other, told).id])
        .collect::<BTreeSet<String>>();
    assert_eq!(all.len(), 6, "{all:?}");
}

#[test]
fn a_webhook_is_told_the_kinds_it_chose() {
    let webhook = |kinds: &[Kind]| Webhook {
        number: 1,
        agency: "cqc".parse().unwrap(),
        url: "https://example.org/".to_owned(),
        incident: Some(IncidentId::from_bytes([7; 16])),
        kinds: kinds.iter().copied().collect(),
        classes: WordSet::none(),
        uri: None,
        at: nine(),
        by: Who { person: None, system: "console".to_owned() },
    };
    assert!(Kind::ALL.iter().all(|kind| webhook(&[]).wants(*kind)));
    let chosen = webhook(&[Kind::Communications]);
    assert!(
        chosen
            .wants(Kind::of(&communications::Fact::Approved { communication: crate::ids::CommunicationNo(1) }.into()))
    );
    assert!(!chosen.wants(Kind::Log) && !chosen.wants(Kind::AccessEnded));
    assert!(chosen.is_about(&IncidentId::from_bytes([7; 16])) && !chosen.is_about(&IncidentId::from_bytes([8; 16])));
}
