//! Whatever is changed in a stored record is found: a byte, an entry, an order.

use proptest::prelude::{Just, any};
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::Index;

use crate::entry::{Broken, Domain, Hash, Sealed};
use crate::ids::{IncidentId, Seq};
use crate::incident::log;
use crate::testing::random::{acts, busy};
use crate::testing::{Scenario, verified, whole};

/// What may be changed in one stored entry.
#[derive(Debug, Clone, Copy)]
enum Part {
    Envelope,
    Payload,
    Salt,
    Commitment,
    Hash,
    RecordedAt,
    Incident,
    Seq,
}

fn part() -> impl Strategy<Value = Part> {
    use Part::{Commitment, Envelope, Hash, Incident, Payload, RecordedAt, Salt, Seq};
    let each = [Envelope, Payload, Salt, Commitment, Hash, RecordedAt, Incident, Seq];
    prop_oneof![3 => Just(Envelope), 3 => Just(Payload), 8 => proptest::sample::select(each.to_vec())]
}

fn tamper(sealed: &mut Sealed, part: Part, index: Index, flip: u8) {
    let text = |text: &mut String| {
        let at = index.index(text.chars().count());
        let changed = |old: char| if old == '~' { '!' } else { '~' };
        *text = text.chars().enumerate().map(|(number, old)| if number == at { changed(old) } else { old }).collect();
    };
    let flipped = |bytes: &mut [u8]| bytes[index.index(bytes.len())] ^= flip;
    match part {
        Part::Envelope => text(&mut sealed.envelope),
        Part::Payload => text(whole(sealed).0),
        Part::Salt => flipped(whole(sealed).1),
        Part::Commitment => flipped(&mut sealed.commitment.0),
        Part::Hash => flipped(&mut sealed.hash.0),
        Part::RecordedAt => sealed.recorded_at += chrono::TimeDelta::milliseconds(flip.into()),
        Part::Incident => sealed.incident = IncidentId::from_bytes([flip.max(8); 16]),
        Part::Seq => sealed.seq = Seq(sealed.seq.0 ^ u64::from(flip)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn one_changed_byte_is_found(
        acts in acts(8), entry: Index, part in part(), index: Index, flip in 1..=u8::MAX,
    ) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        prop_assert_eq!(verified(Domain::Live, &home.record), Ok(()));
        let entry = entry.index(home.record.len());
        tamper(&mut home.record[entry], part, index, flip);
        prop_assert!(verified(Domain::Live, &home.record).is_err(), "{part:?} of entry {entry}");
    }

    #[test]
    fn a_missing_repeated_or_swapped_entry_is_found(entry: Index, other: Index, renumber in any::<bool>()) {
        let record = busy().record;
        let entry = entry.index(record.len() - 1);
        let missing = [&record[..entry], &record[entry + 1..]].concat();
        let repeated = [&record[..=entry], &record[entry..]].concat();
        let mut swapped = record.clone();
        swapped.swap(entry, (entry + 1 + other.index(record.len() - 1)) % record.len());
        for mut changed in [missing, repeated, swapped] {
            if renumber {
                for (number, sealed) in (1..).zip(&mut changed) {
                    sealed.seq = Seq(number);
                }
            }
            prop_assert!(verified(Domain::Live, &changed).is_err());
        }
    }
}

#[test]
fn each_way_of_breaking_a_record_has_its_name() {
    let record = Scenario::opened().record;
    let broken = |change: fn(&mut Sealed)| {
        let mut record = record.clone();
        change(&mut record[4]);
        verified(Domain::Live, &record).unwrap_err()
    };
    let seq = Seq(5);
    assert_eq!(broken(|sealed| whole(sealed).0.push(' ')), Broken::Commitment { seq });
    assert_eq!(broken(|sealed| sealed.hash = Hash::NONE), Broken::Chain { seq });
    assert_eq!(broken(|sealed| sealed.seq = Seq(9)), Broken::Sequence { expected: seq, found: Seq(9) });
    let mut unread = record[4].clone();
    *whole(&mut unread).0 = r#"{"family":"log","fact":"sung","text":"la"}"#.to_owned();
    assert!(matches!(unread.open(), Err(Broken::Unreadable { seq: Seq(5), .. })));
}

#[test]
fn a_rehearsal_never_passes_for_the_real_thing() {
    let record = Scenario::opened().record;
    assert_eq!(verified(Domain::Exercise, &record), Err(Broken::Chain { seq: Seq(1) }));
}

#[test]
fn the_border_between_envelope_and_payload_is_committed_to() {
    let mut home = Scenario::opened();
    home.council().does(log::Command::Note { text: "x".to_owned() });
    let last = home.record.last_mut().unwrap();
    let moved = last.envelope.pop().unwrap();
    whole(last).0.insert(0, moved);
    assert!(matches!(verified(Domain::Live, &home.record), Err(Broken::Commitment { .. })));
}

#[test]
fn an_entry_may_be_withheld_and_the_chain_still_verifies_from_its_commitment() {
    let record = Scenario::opened().record;
    let mut before = Hash::NONE;
    for sealed in &record {
        let (incident, seq, at) = (&sealed.incident, sealed.seq, sealed.recorded_at);
        assert_eq!(crate::entry::chained(Domain::Live, incident, seq, at, before, sealed.commitment), sealed.hash);
        before = sealed.hash;
    }
}

#[test]
fn a_hash_is_64_hexadecimal_digits_and_nothing_else() {
    let read = |text: &str| serde_json::from_value::<Hash>(serde_json::Value::String(text.to_owned()));
    assert_eq!(read(&Hash([0xab; 32]).to_string()).unwrap(), Hash([0xab; 32]));
    assert!(read(&"+f".repeat(32)).is_err(), "a sign is no digit");
    assert!(read(&"0".repeat(63)).is_err());
    assert!(read(&"é".repeat(32)).is_err());
}

#[test]
fn an_entrys_hash_is_bound_to_all_that_a_reader_of_stubs_is_given() {
    let of = |domain, incident, seq, ms, before, commitment| {
        let at = crate::time::Instant::from_timestamp_millis(ms).unwrap();
        crate::entry::chained(
            domain,
            &IncidentId::from_bytes([incident; 16]),
            Seq(seq),
            at,
            Hash([before; 32]),
            commitment,
        )
    };
    let (one, other) = (Hash([1; 32]), Hash([2; 32]));
    let hashes = [
        of(Domain::Live, 1, 1, 1, 1, one),
        of(Domain::Exercise, 1, 1, 1, 1, one),
        of(Domain::Live, 2, 1, 1, 1, one),
        of(Domain::Live, 1, 2, 1, 1, one),
        of(Domain::Live, 1, 1, 2, 1, one),
        of(Domain::Live, 1, 1, 1, 2, one),
        of(Domain::Live, 1, 1, 1, 1, other),
    ];
    assert_eq!(std::collections::BTreeSet::from(hashes).len(), hashes.len());
}
