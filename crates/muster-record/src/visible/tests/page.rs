//! `docs/who-sees-what.md` is printed from the table.

use std::fmt::Write as _;

use expect_test::expect_file;

use crate::agency::{AgencyKind, Interest};
use crate::entry::Class;
use crate::visible::{Cell, by_interest, by_kind};

fn told(cell: Cell) -> &'static str {
    match cell {
        Cell::Yes => "yes",
        Cell::OwnResidents => "own residents",
        Cell::IfNamed => "if named",
        Cell::No => "no",
    }
}

fn table<T: Copy>(heading: &str, all: &[T], word: impl Fn(T) -> &'static str, of: impl Fn(Class, T) -> Cell) -> String {
    let mut text = format!("| {heading} |");
    for class in Class::ALL {
        write!(text, " {class} |").unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Class::ALL.len()));
    for each in all {
        write!(text, "\n| {} |", word(*each)).unwrap();
        for class in Class::ALL {
            write!(text, " {} |", told(of(*class, *each))).unwrap();
        }
    }
    text.push('\n');
    text
}

#[test]
fn the_page_says_what_the_table_says() {
    let interests = table("interest", Interest::ALL, Interest::word, by_interest);
    let kinds = table("kind of agency", AgencyKind::ALL, AgencyKind::word, by_kind);
    let page = include_str!("who-sees-what.md.in").replace("{{interests}}", &interests).replace("{{kinds}}", &kinds);
    expect_file!["../../../../../docs/who-sees-what.md"].assert_eq(&page);
}
