use muster_record::entry::Content;
use muster_record::ids::{IncidentId, PersonNo, Seq};
use proptest::prelude::*;
use static_assertions::assert_not_impl_any;
use zeroize::Zeroizing;

use super::*;

fn incident(number: u8) -> IncidentId {
    IncidentId::from_bytes([number; 16])
}

fn place(incident: &IncidentId, person: u32, version: u32) -> Bound<'_> {
    Bound::Identity { incident, person: PersonNo(person), version }
}

fn key(byte: u8) -> DataKey {
    DataKey::new(Zeroizing::new([byte; 32]))
}

fn id(text: &str) -> KeyId {
    KeyId::parse(text).unwrap()
}

fn ring() -> KeyRing {
    KeyRing::of(id("k-1"), Zeroizing::new([1; 32]))
}

#[test]
fn a_key_can_be_neither_printed_nor_copied() {
    use std::fmt::{Debug, Display};
    assert_not_impl_any!(DataKey: Debug, Display, Clone);
    assert_not_impl_any!(KeyRing: Debug, Display, Clone);
}

#[test]
fn what_is_sealed_opens_for_its_place_alone() {
    let (here, there) = (incident(1), incident(2));
    let place = place(&here, 1, 1);
    let sealed = key(7).seal(place, [9; 24], b"Ada Lovelace");
    assert_eq!(*key(7).open(place, &sealed).unwrap(), b"Ada Lovelace");
    assert!(!sealed.windows(3).any(|window| window == b"Ada"));
    for other in [
        self::place(&there, 1, 1),
        self::place(&here, 2, 1),
        self::place(&here, 1, 2),
        Bound::Payload { incident: &here, seq: Seq(1) },
    ] {
        assert_eq!(key(7).open(other, &sealed).map(|_| ()), Err(DoesNotOpen), "{other:?}");
    }
    assert!(key(8).open(place, &sealed).is_err());
    assert!(key(7).open(place, &sealed[..20]).is_err());
}

#[test]
fn the_construction_is_xchacha20_poly1305_as_its_draft_has_it() {
    // The test vector of draft-irtf-cfrg-xchacha-03, A.3.1.
    let unhex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let key: [u8; 32] = std::array::from_fn(|index| 0x80 + u8::try_from(index).unwrap());
    let nonce: [u8; 24] = std::array::from_fn(|index| 0x40 + u8::try_from(index).unwrap());
    let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                  sunscreen would be it.";
    let sealed = data_key::seal(&key, &unhex("50515253c0c1c2c3c4c5c6c7"), nonce, plain);
    assert_eq!(sealed[24..40], unhex("bd6d179d3e83d43b9576579493c0e939")[..]);
    assert_eq!(sealed[sealed.len() - 16..], unhex("c0875924c1c7987947deafd8780acf49")[..]);
}

#[test]
fn a_commitment_binds_salt_place_and_bytes() {
    let (here, there) = (incident(1), incident(2));
    let place = place(&here, 1, 1);
    let one = commitment(&[1; 16], place, b"sealed");
    let others = [
        commitment(&[2; 16], place, b"sealed"),
        commitment(&[1; 16], self::place(&there, 1, 1), b"sealed"),
        commitment(&[1; 16], self::place(&here, 2, 1), b"sealed"),
        commitment(&[1; 16], self::place(&here, 1, 2), b"sealed"),
        commitment(&[1; 16], place, b"sealed!"),
    ];
    assert!(others.iter().all(|other| *other != one));
}

#[test]
fn a_digest_of_a_request_is_the_same_under_one_key_and_another_under_another() {
    assert_eq!(key(1).digest(b"who"), key(1).digest(b"who"));
    assert_ne!(key(1).digest(b"who"), key(2).digest(b"who"));
    assert_ne!(key(1).digest(b"who"), key(1).digest(b"whom"));
}

#[test]
fn a_persons_key_is_unwrapped_by_the_key_that_wrapped_it_for_that_person() {
    let (ring, here) = (ring(), incident(1));
    let wrapped = ring.wrap(place(&here, 1, 1), [3; 24], &key(7)).unwrap();
    assert_eq!((wrapped.with.as_str(), wrapped.bytes.len()), ("k-1", 72));
    assert_eq!(ring.unwrap(place(&here, 1, 1), &wrapped).unwrap().expose(), key(7).expose());
    let why = |of: Result<DataKey, NotUnwrapped>| of.err().unwrap();
    let moved = why(ring.unwrap(place(&here, 2, 1), &wrapped));
    assert_eq!(moved, NotUnwrapped::DoesNotOpen { with: id("k-1") });
    let stranger = KeyRing::of(id("k-2"), Zeroizing::new([2; 32]));
    assert_eq!(why(stranger.unwrap(place(&here, 1, 1), &wrapped)), NotUnwrapped::NoSuchKey { with: id("k-1") });
    let namesake = KeyRing::of(id("k-1"), Zeroizing::new([2; 32]));
    assert_eq!(why(namesake.unwrap(place(&here, 1, 1), &wrapped)), NotUnwrapped::DoesNotOpen { with: id("k-1") });
}

#[test]
fn what_an_entry_says_opens_with_its_salt_at_its_own_place_alone() {
    let (ring, here) = (ring(), incident(1));
    let at = |seq| Bound::Payload { incident: &here, seq: Seq(seq) };
    let shut = seal_content(&ring, at(7), &key(7), [[3; 24], [4; 24]], "{\"needs\":\"insulin\"}", &[9; 16]).unwrap();
    let read = open_content(&ring, at(7), &shut.key, &shut.bytes).unwrap();
    assert_eq!(read, Content::Whole { payload: "{\"needs\":\"insulin\"}".to_owned(), salt: [9; 16] });
    assert!(!shut.bytes.windows(7).any(|window| window == b"insulin"));
    let moved = open_content(&ring, at(8), &shut.key, &shut.bytes);
    assert_eq!(moved, Err(NotOpened::Key(NotUnwrapped::DoesNotOpen { with: id("k-1") })));
    let mut bent = shut.bytes.clone();
    bent[30] ^= 1;
    assert_eq!(open_content(&ring, at(7), &shut.key, &bent), Err(NotOpened::DoesNotOpen));
    let stranger = KeyRing::of(id("k-2"), Zeroizing::new([2; 32]));
    let lacking = open_content(&stranger, at(7), &shut.key, &shut.bytes);
    assert_eq!(lacking, Err(NotOpened::Key(NotUnwrapped::NoSuchKey { with: id("k-1") })));
}

#[test]
fn the_newest_key_wraps_and_the_older_ones_still_unwrap() {
    let here = incident(1);
    let before = ring().wrap(place(&here, 1, 1), [3; 24], &key(7)).unwrap();
    let ring = ring().with(id("k-2"), Zeroizing::new([2; 32]));
    let after = ring.wrap(place(&here, 1, 1), [4; 24], &key(7)).unwrap();
    assert_eq!(after.with, id("k-2"));
    for wrapped in [&before, &after] {
        assert_eq!(ring.unwrap(place(&here, 1, 1), wrapped).unwrap().expose(), key(7).expose());
    }
    let ring = ring.without(&id("k-1"));
    assert!(ring.unwrap(place(&here, 1, 1), &before).is_err());
    assert_eq!(ring.without(&id("k-2")).ids().count(), 1, "the last key stays");
}

#[test]
fn a_ring_is_read_as_it_was_written_and_says_which_line_is_wrong() {
    let ring = ring().with(id("k-2"), Zeroizing::new([0xab; 32]));
    let text = ring.to_text();
    let again = KeyRing::read(&text).unwrap();
    assert_eq!(*again.to_text(), *text);
    let digits = "ab".repeat(32);
    let bad = |text: &str| KeyRing::read(text).err().unwrap();
    assert_eq!(bad(""), BadKeys::Empty);
    assert_eq!(bad("# nothing\n\n"), BadKeys::Empty);
    for line in [
        "k-1",
        "k-1 = ",
        "k-1 = abc",
        &format!("K-1 = {digits}"),
        &format!("= {digits}"),
        &format!("k = g{}", &digits[1..]),
    ] {
        assert_eq!(bad(&format!("# keys\n{line}")), BadKeys::Line { line: 2 }, "{line}");
    }
    assert_eq!(bad(&format!("a = {digits}\na = {digits}")), BadKeys::Twice { line: 2 });
    let quoted = bad(&format!("k-1 = {}x", &digits[1..])).to_string();
    assert!(!quoted.contains("abab"), "{quoted}");
}

proptest! {
    #[test]
    fn a_bit_flipped_anywhere_in_sealed_bytes_is_noticed(plain in proptest::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let here = incident(1);
        let place = place(&here, 1, 1);
        let mut sealed = key(7).seal(place, [9; 24], &plain);
        prop_assert_eq!(&*key(7).open(place, &sealed).unwrap(), &plain);
        let at = at.index(sealed.len());
        sealed[at] ^= 1_u8 << bit;
        prop_assert_eq!(key(7).open(place, &sealed).map(|_| ()), Err(DoesNotOpen));
    }

    #[test]
    fn no_text_makes_reading_a_ring_panic(text in "\\PC*|([a-z0-9-]{0,4} = [0-9a-f]{60,68}\n){0,3}") {
        let _ = KeyRing::read(&text).is_ok();
    }
}
