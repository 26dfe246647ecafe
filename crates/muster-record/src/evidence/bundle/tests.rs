//! A bundle proves itself, whole or with entries withheld, and whatever is changed in it is found.

use super::*;
use crate::entry::Domain;
use crate::evidence::checkpoint::{Checkpoint, Origin};
use crate::evidence::tree::{Frontier, Root};
use crate::testing::random::busy;
use crate::testing::whole;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn signed(record: &[Sealed]) -> Signed {
    let mut frontier = Frontier::default();
    record.iter().for_each(|sealed| frontier.push(sealed.hash));
    let last = record.last().unwrap();
    let checkpoint = Checkpoint {
        origin: Origin { store: [0xee; 16], incident: last.incident.clone() },
        root: frontier.root(),
        chain: last.hash,
        at: last.recorded_at,
        domain: Domain::Live,
    };
    checkpoint.sign(&key())
}

/// The lines of a bundle in which every so-manieth entry is withheld.
fn lines(record: &[Sealed], withheld: u64) -> Vec<String> {
    let (mut writer, header) = Writer::begin(signed(record), "cqc".parse().unwrap(), &key().public()).unwrap();
    let mut lines = vec![header];
    for sealed in record {
        let is_withheld = withheld > 0 && sealed.seq.0 % withheld == 0;
        let line = if is_withheld { writer.stub(sealed) } else { writer.whole(sealed) };
        lines.push(line.unwrap());
    }
    lines.push(writer.end(&key()).unwrap());
    lines
}

fn checked(lines: &[String]) -> Result<Checked, Broken> {
    checked_with(Some(key().public()), lines)
}

fn checked_with(key: Option<PublicKey>, lines: &[String]) -> Result<Checked, Broken> {
    let mut checker = Checker::new(key, [3]);
    for line in lines {
        checker.take(line.as_bytes())?;
    }
    checker.end()
}

#[track_caller]
fn found(lines: &[String]) -> Problem {
    checked(lines).unwrap_err().problem
}

#[test]
fn a_bundle_verifies_whole_and_with_entries_withheld() {
    let record = busy().record;
    let count = u64::try_from(record.len()).unwrap();
    let whole = checked(&lines(&record, 0)).unwrap();
    assert_eq!((whole.whole, whole.withheld), (count, 0));
    let redacted = checked(&lines(&record, 3)).unwrap();
    assert_eq!((redacted.whole, redacted.withheld), (count - count / 3, count / 3));
    assert_eq!(redacted.signed, whole.signed, "both come to the one root that was signed");
    assert_eq!(redacted.roots, whole.roots);
    assert_eq!(redacted.roots, [Root { size: 3, ..redacted.roots[0] }]);
}

#[test]
fn a_withheld_entry_leaves_neither_text_nor_salt_in_the_file() {
    let mut record = busy().record;
    for sealed in &mut record {
        *whole(sealed).1 = [u8::try_from(sealed.seq.0).unwrap() | 0x80; 16];
    }
    let text = lines(&record, 3).concat();
    for sealed in record.iter().filter(|sealed| sealed.seq.0 % 3 == 0) {
        assert!(!text.contains(&hex(whole(&mut sealed.clone()).1)), "entry {}", sealed.seq);
        assert!(!text.contains(&serde_json::to_string(&sealed.payload()).unwrap()), "entry {}", sealed.seq);
    }
    assert!(text.contains(&hex(whole(&mut record[0].clone()).1)), "the salt of what may be seen goes with it");
}

#[test]
fn each_way_of_changing_a_bundle_has_its_name() {
    let record = busy().record;
    let sound = lines(&record, 3);
    let last = sound.len() - 1;
    let changed = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = sound.clone();
        change(&mut lines);
        found(&lines)
    };
    let sequence = |expected, found| Problem::Sequence { expected: Seq(expected), found: Seq(found) };
    assert_eq!(changed(&|lines| lines.swap(2, 3)), sequence(2, 3));
    assert_eq!(changed(&|lines| drop(lines.remove(4))), sequence(4, 5));
    assert_eq!(changed(&|lines| lines.insert(4, lines[4].clone())), sequence(5, 4));
    assert!(matches!(changed(&|lines| drop(lines.remove(last - 1))), Problem::Length { .. }));
    assert_eq!(changed(&|lines| lines.truncate(last)), Problem::NoEnd);
    assert_eq!(changed(&|lines| lines.push(lines[last].clone())), Problem::NoEnd);
    assert_eq!(changed(&|lines| drop(lines.remove(0))), Problem::Misplaced("the header"));
    assert_eq!(changed(&|lines| lines[1] = lines[1].replacen("T09:00:00Z", "T09:00:01Z", 1)), Problem::OtherEntries);
    assert_eq!(changed(&|lines| lines[1] = lines[1].replace("\"}\n", "\"} \n")), Problem::Digest);
    assert_eq!(changed(&|lines| lines[last].insert(1, ' ')), Problem::Signature);
    assert!(matches!(
        changed(&|lines| lines[0] = lines[0].replace("\"live\"", "\"exercise\"")),
        Problem::HeaderDiffers { .. }
    ));
    assert_eq!(
        changed(&|lines| lines[0] = lines[0].replace("bundle/1", "bundle/9")),
        Problem::OtherFormat("muster/bundle/9".to_owned())
    );
}

#[test]
fn two_entries_with_their_contents_exchanged_are_found() {
    let record = busy().record;
    let mut exchanged = record.clone();
    let (a, b) = (whole(&mut exchanged[1]).0.clone(), whole(&mut exchanged[2]).0.clone());
    (*whole(&mut exchanged[1]).0, *whole(&mut exchanged[2]).0) = (b, a);
    let (mut writer, header) = Writer::begin(signed(&record), "cqc".parse().unwrap(), &key().public()).unwrap();
    let mut lines = vec![header];
    lines.extend(exchanged.iter().map(|sealed| writer.whole(sealed).unwrap()));
    lines.push(writer.end(&key()).unwrap());
    assert_eq!(found(&lines), Problem::OtherEntries, "although whoever did it signed the file");
}

#[test]
fn a_bundle_that_somebody_else_signed_holds_only_by_its_own_key() {
    let record = busy().record;
    let forger = SigningKey::from_seed(&[8; 32]);
    let forged = signed(&record).checkpoint.sign(&forger);
    let (mut writer, header) = Writer::begin(forged, "cqc".parse().unwrap(), &forger.public()).unwrap();
    let mut lines = vec![header];
    lines.extend(record.iter().map(|sealed| writer.whole(sealed).unwrap()));
    lines.push(writer.end(&forger).unwrap());
    assert!(matches!(found(&lines), Problem::Unsigned(_)));
    assert!(checked_with(None, &lines).is_ok(), "without a key of one's own, it is only known to be one piece");
}

/// Samples that were written once and are never written again: what was exported has to verify for ever.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/evidence-v1");

fn kept(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("{KEPT}/{name}")).unwrap();
    text.split_inclusive('\n').map(str::to_owned).collect()
}

#[test]
fn every_bundle_that_was_kept_still_verifies() {
    let key: PublicKey = kept("public-key.txt").concat().parse().unwrap();
    let verified = |name: &str| checked_with(Some(key), &kept(name)).unwrap();
    let (whole, redacted) = (verified("whole.jsonl"), verified("redacted.jsonl"));
    assert_eq!((whole.whole, whole.withheld), (20, 0));
    assert_eq!((redacted.whole, redacted.withheld), (14, 6));
    assert_eq!(whole.signed, redacted.signed);
    assert_eq!(Signed::read(&kept("checkpoint.note").concat()).unwrap(), whole.signed);
    let witness = crate::evidence::witness::Witness::read(&kept("witness.txt").concat()).unwrap();
    assert_eq!((witness.key, witness.kept(&whole.header.incident)), (Some(key), Some(&whole.signed)));
}
