use super::*;

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn component() -> Hash {
    Hash::of(b"a component")
}

fn signed(by: &[u8]) -> Envelope {
    let about = Envelope::about(&"ours".parse().unwrap(), component()).unwrap();
    by.iter().fold(about, |envelope, number| envelope.signed_by(&key(*number)).unwrap())
}

/// Two of three keys.
fn two_of_three() -> Signers {
    Signers { keys: [1, 2, 3].map(|number| key(number).public()).to_vec(), at_least: 2 }
}

fn check(envelope: &Envelope) -> Result<(), NotEndorsed> {
    two_of_three().check(Some(envelope), component())
}

#[test]
fn as_many_as_are_asked_for_have_to_have_signed() {
    assert_eq!(check(&signed(&[1, 3])), Ok(()));
    assert_eq!(check(&signed(&[1])), Err(NotEndorsed::TooFew { found: 1, at_least: 2 }));
    assert_eq!(two_of_three().check(None, component()), Err(NotEndorsed::Missing));
    let none = Signers { at_least: 0, ..two_of_three() };
    assert_eq!(none.check(Some(&signed(&[])), component()), Err(NotEndorsed::TooFew { found: 0, at_least: 1 }));
}

#[test]
fn a_key_counts_once_and_a_stranger_not_at_all() {
    assert_eq!(check(&signed(&[1, 9])), Err(NotEndorsed::TooFew { found: 1, at_least: 2 }));
    let mut twice = signed(&[1]);
    twice.signatures.push(Signed { keyid: "other".to_owned(), ..twice.signatures[0].clone() });
    assert_eq!(check(&twice), Err(NotEndorsed::TooFew { found: 1, at_least: 2 }));
    let mut listed_twice = two_of_three();
    listed_twice.keys.push(key(1).public());
    assert!(listed_twice.check(Some(&signed(&[1])), component()).is_err());
    // Whatever the envelope calls the key.
    let mut renamed = signed(&[9]);
    renamed.signatures[0].keyid = key(1).public().id().as_str().to_owned();
    assert_eq!(renamed.signers(&two_of_three().keys).unwrap().len(), 0);
}

#[test]
fn an_envelope_is_about_one_component_and_no_other() {
    let other = Hash::of(b"another component");
    assert_eq!(two_of_three().check(Some(&signed(&[1, 2])), other), Err(NotEndorsed::OtherComponent));
    // The signatures of one under the statement of another.
    let mut moved = Envelope::about(&"ours".parse().unwrap(), other).unwrap();
    moved.signatures = signed(&[1, 2]).signatures;
    assert_eq!(two_of_three().check(Some(&moved), other), Err(NotEndorsed::TooFew { found: 0, at_least: 2 }));
}

#[test]
fn an_envelope_reads_as_it_was_written_and_what_is_none_is_refused() {
    let envelope = signed(&[1, 2]);
    assert_eq!(Envelope::read(envelope.write().unwrap().as_bytes()), Ok(envelope.clone()));
    for text in ["", "{}", "[]", r#"{"payloadType":"x","payload":"*","signatures":[]}"#] {
        let read = Envelope::read(text.as_bytes()).and_then(|envelope| envelope.component());
        assert!(matches!(read, Err(NotEndorsed::Unreadable(_))), "{text}");
    }
    assert!(Envelope::read(&vec![b' '; ENVELOPE_BYTES + 1]).is_err());
    let other_type = Envelope { payload_type: "text/plain".to_owned(), ..envelope };
    assert!(matches!(other_type.component(), Err(NotEndorsed::Unreadable(_))));
}

#[test]
fn what_is_signed_is_what_dsse_says() {
    // The example of the DSSE specification, with our type of payload in place of its own.
    let envelope = Envelope {
        payload_type: "http://example.com/HelloWorld".to_owned(),
        payload: STANDARD.encode("hello world"),
        signatures: Vec::new(),
    };
    assert_eq!(envelope.signed_text().unwrap(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

#[test]
fn signatures_of_two_envelopes_are_joined_where_both_say_the_same() {
    let joined = signed(&[1]).joined(signed(&[3, 1])).unwrap();
    assert_eq!((joined.count(), check(&joined)), (2, Ok(())));
    assert_eq!(joined, signed(&[3]).joined(signed(&[1])).unwrap(), "in whichever order");
    let other = Envelope::about(&"ours".parse().unwrap(), Hash::of(b"another")).unwrap();
    assert_eq!(signed(&[1]).joined(other), Err(NotEndorsed::OtherComponent));
    let renamed = Envelope::about(&"renamed".parse().unwrap(), component()).unwrap();
    assert!(matches!(signed(&[1]).joined(renamed), Err(NotEndorsed::Unreadable(_))));
    let many: Vec<u8> = (0..40).collect();
    let more: Vec<u8> = (40..80).collect();
    assert!(matches!(signed(&many).joined(signed(&more)), Err(NotEndorsed::Unreadable(_))));
}
