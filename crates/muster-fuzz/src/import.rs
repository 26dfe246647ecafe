//! Files for the register: what a publisher's web site or a colleague's spreadsheet gives.

use chrono::NaiveDate;
use muster_register::read::{Book, Map, capacity, cqc, plain};
use rust_xlsxwriter::Workbook;

use crate::Read;

const CQC: &str = "Location ID,Location Name,Provider ID,Provider Name,Location Local Authority,Care home?,Care homes beds,\
    Location Latest Overall Rating\n1-101,Rosebank House,1-900,Larkfield Care Ltd,Coventry,Y,48,Inadequate\n\
    1-102,\"Larch, Court\",1-900,Larkfield Care Ltd,Warwickshire,Y,,Good\n";

const MAP: &str = "source = \"coventry-day\"\nrows = \"service\"\ncovers = \"whole\"\nas_at = \"2024-03-01\"\n[columns]\n\
    code = \"Ref\"\nname = \"Centre\"\nprovider = \"By\"\nauthority = \"Council\"\n[values]\nkind = \"day-service\"\n";

const PLAIN: &str = "Ref,Centre,By,Council\nD-1,The Orchard,V-7,Coventry\n";

/// The first byte says what the file is read as.
pub(crate) fn body(data: &[u8]) -> Read {
    let Some((which, data)) = data.split_first() else { return Read::Refused };
    if which % 4 == 3 {
        return std::str::from_utf8(data).map_or(Read::Refused, |text| Read::of(&Map::read(text)));
    }
    let book = Book::open(data.to_vec());
    let Ok(book) = book else { return Read::of(&book) };
    let mut lines = |done: usize, all: usize| assert!(done <= all, "{done} of {all} lines");
    let parsed = match which % 4 {
        0 => cqc(book, NaiveDate::from_ymd_opt(2026, 3, 1), &mut lines),
        1 => capacity(book, None, &mut lines),
        _ => plain(book, &Map::read(MAP).unwrap(), None, &mut lines),
    };
    Read::of(&parsed)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("HSCA_Active_Locations").unwrap();
    for (row, line) in (0..).zip(CQC.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let workbook = workbook.save_to_buffer().unwrap();
    vec![
        [&[0], CQC.as_bytes()].concat(),
        [&[0], workbook.as_slice()].concat(),
        [&[2], PLAIN.as_bytes()].concat(),
        [&[3], MAP.as_bytes()].concat(),
    ]
}
