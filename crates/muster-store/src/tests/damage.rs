use super::*;
use crate::{ReadError, VerifyError};

fn home_of_three() -> (Home, Record) {
    let (home, mut rosebank) = (Home::new(), record(1));
    home.open().commit(&[rosebank.says(&["opened", "31 residents", "4 out of area"]).write()]).unwrap();
    (home, rosebank)
}

/// Changes the second entry behind the schema's back, and says what the walk finds.
#[track_caller]
fn walk_after(change: &str) -> VerifyError {
    let (home, rosebank) = home_of_three();
    let store = home.open();
    let raw = home.raw();
    raw.execute_batch("DROP TRIGGER entry_is_append_only_u; DROP TRIGGER entry_is_append_only_d").unwrap();
    assert_eq!(raw.execute(change, []).unwrap(), 1, "{change}");
    store.readers().verify(&rosebank.incident).unwrap_err()
}

#[track_caller]
fn found(change: &str, expect: &str) {
    let err = walk_after(change);
    let source = std::error::Error::source(&err).map(ToString::to_string).unwrap_or_default();
    assert!(format!("{err}: {source}").contains(expect), "{change}: {err}: {source}");
}

#[test]
fn a_bit_flipped_in_any_column_of_an_entry_is_found_and_placed() {
    let committed = "entry 2: envelope or payload is not what was committed to";
    for text in ["envelope", "payload"] {
        found(&format!("UPDATE entry SET {text} = replace({text}, 'o', 'n') WHERE seq = 2"), committed);
    }
    let flipped = |blob: &str, length: usize| {
        let rest = "02".repeat(length - 1);
        format!("UPDATE entry SET {blob} = unhex('03{rest}') WHERE seq = 2")
    };
    found(&flipped("salt", 16), committed);
    found(&flipped("commitment", 32), committed);
    found(&flipped("hash", 32), "entry 2: its hash does not follow from entry 1");
    let time = "UPDATE entry SET recorded_at = recorded_at + 1 WHERE seq = 2";
    found(time, "entry 2: its hash does not follow from entry 1");
}

#[test]
fn an_entry_moved_taken_out_or_cut_off_is_found() {
    found("UPDATE entry SET seq = 9 WHERE seq = 2", "entry 3 stands where entry 2 should");
    found("DELETE FROM entry WHERE seq = 2", "entry 3 stands where entry 2 should");
    found("DELETE FROM entry WHERE seq = 3", "the record ends at entry 2");
    found("UPDATE head SET seq = 2", "its head says entry 2");
    found("UPDATE head SET hash = zeroblob(32)", "its head says entry 3 with 0000");
    found("UPDATE head SET exercise = 1", "entry 1: its hash does not follow");
    found("DELETE FROM head", "there is no incident");
}

#[test]
fn an_entry_that_cannot_be_read_is_placed_by_the_one_before() {
    let err = walk_after("UPDATE entry SET payload = CAST(x'ff' AS TEXT) WHERE seq = 2");
    assert!(matches!(err, VerifyError::Unreadable { after: Seq(1), source: ReadError::Damaged(_), .. }), "{err:?}");
}

#[test]
fn a_byte_flipped_anywhere_in_the_file_is_found_or_changes_no_entry() {
    let (home, rosebank) = home_of_three();
    let told = all(&home.open().readers());
    let sound = home.bytes();
    let (mut dice, mut refused, mut walked, mut harmless) = (Dice(1), 0, 0, 0);
    for _ in 0..400 {
        let copy = Home::new();
        let mut bytes = sound.clone();
        let place = dice.roll(bytes.len());
        bytes[place] ^= 1 << dice.roll(8);
        std::fs::write(copy.path(), &bytes).unwrap();
        match Store::open(&copy.path(), [7; 16]) {
            Err(_) => {
                refused += 1;
                assert_eq!(copy.bytes(), bytes, "{place}: a refused file is left as it is");
            }
            Ok(store) => match store.readers().verify(&rosebank.incident) {
                Err(_) => walked += 1,
                Ok(_) => {
                    harmless += 1;
                    let entries = store.readers().entries(&rosebank.incident, Seq(0), 9).unwrap();
                    assert!(entries.iter().zip(&told).all(|(a, b)| a.sealed == b.sealed), "{place}");
                    assert_eq!(entries.len(), told.len(), "{place}");
                }
            },
        }
    }
    assert!(refused > 0 && harmless > 0, "{refused} refused, {walked} found by the walk, {harmless} harmless");
}
