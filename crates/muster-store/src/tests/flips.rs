//! Three thousand bits flipped, one at a time, where the entries are: each that changes what is stored is found.

use std::collections::BTreeMap;
use std::io::Write as _;

use rusqlite::types::Value;

use super::*;

/// Two records, long texts included, in a file whose log is empty.
fn written() -> Home {
    let home = Home::new();
    let mut store = home.open();
    let (mut rosebank, mut ash_grove) = (record(1), record(2));
    for round in 0..12 {
        let long = "31 residents, 4 out of area; ".repeat(if round % 7 == 0 { 400 } else { 3 });
        let first = rosebank.says(&["opened", &long, "a third"]).asked_by("council", &format!("a{round}"));
        let second = ash_grove.says(&["noted", &long]);
        store.commit(&[first.write(), second.write()]).unwrap();
    }
    store.close();
    home
}

/// Everything in the table of entries, row by row, as it can be read; nothing when it cannot.
fn content(raw: &rusqlite::Connection) -> Option<Vec<Vec<Value>>> {
    let mut all = raw.prepare("SELECT * FROM entry NOT INDEXED ORDER BY place").ok()?;
    let columns = all.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get::<_, Value>(column)).collect();
    all.query_map([], row).ok()?.collect::<rusqlite::Result<_>>().ok()
}

/// The pages on which entries stand, texts that go over several pages included: where a flip matters.
fn pages_of_entries(home: &Home) -> Vec<(usize, usize)> {
    let raw = home.raw();
    let pragma = |name| raw.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    let number = |name| usize::try_from(pragma(name)).unwrap();
    let (size, pages) = (number("page_size"), number("page_count"));
    let hashes: Vec<Hash> = all(&home.open().readers()).iter().map(|stored| stored.sealed.hash).collect();
    let bytes = home.bytes();
    let holds = |page: &usize| {
        let page = &bytes[(page - 1) * size..page * size];
        let of_text = page.windows(9).any(|window| window == b"residents");
        of_text || hashes.iter().any(|hash| page.windows(32).any(|window| window == hash.0))
    };
    (1..=pages).filter(holds).map(|page| ((page - 1) * size, page * size)).collect()
}

/// Writes one byte of the file.
fn put(home: &Home, place: usize, byte: u8) {
    use std::io::{Seek as _, SeekFrom};
    let mut file = std::fs::OpenOptions::new().write(true).open(home.path()).unwrap();
    file.seek(SeekFrom::Start(u64::try_from(place).unwrap())).unwrap();
    file.write_all(&[byte]).unwrap();
}

#[test]
fn three_thousand_flipped_bits_are_found_wherever_they_change_an_entry() {
    const FLIPS: usize = 3_000;
    let home = written();
    let pages = pages_of_entries(&home);
    let (sound, told) = (home.bytes(), content(&home.raw()).unwrap());
    assert!(told.len() == 60 && pages.len() > 10, "{} entries on {} pages", told.len(), pages.len());
    assert!(home.open().readers().verify_store(&BTreeMap::new()).broken.is_empty(), "it is in order before");

    let copy = Home::new();
    std::fs::write(copy.path(), &sound).unwrap();
    let (mut dice, mut by) = (Dice(20), BTreeMap::<&str, usize>::new());
    let mut missed = Vec::new();
    for _ in 0..FLIPS {
        let (from, to) = pages[dice.roll(pages.len())];
        let (place, bit) = (from + dice.roll(to - from), dice.roll(8));
        put(&copy, place, sound[place] ^ (1 << bit));
        let read = crate::open::to_read(&copy.path()).ok().and_then(|raw| content(&raw));
        let changed = read.is_none_or(|content| content != told);
        let found = !Readers::of(&copy.path()).verify_store(&BTreeMap::new()).broken.is_empty();
        put(&copy, place, sound[place]);
        let kind = match (changed, found) {
            (true, true) => "changed an entry, found",
            (true, false) => "changed an entry, MISSED",
            (false, true) => "changed no entry, found all the same",
            (false, false) => "changed nothing that is stored",
        };
        *by.entry(kind).or_default() += 1;
        if changed && !found {
            missed.push((place, bit));
        }
    }
    let table: Vec<String> = by.iter().map(|(kind, count)| format!("{count:>6}  {kind}")).collect();
    // Past what the test runner catches, so that every run says it.
    writeln!(std::io::stderr(), "{FLIPS} bits flipped on {} pages of entries\n{}", pages.len(), table.join("\n"))
        .unwrap();
    assert_eq!(missed, []);
    assert_eq!(copy.bytes(), sound, "each flip was taken back before the next");
    assert!(by["changed an entry, found"] > FLIPS / 2, "{by:?}");
}
