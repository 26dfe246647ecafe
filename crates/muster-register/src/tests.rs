//! The register on files made at run time: real ODS, XLSX and CSV, with what published files get wrong.

mod asking;
mod authorities;
mod files;
mod planning;
mod reading;

use std::io::Write as _;

use chrono::NaiveDate;

use crate::plan::{Header, Planned};
use crate::read::{Book, Map, Parsed, ReadError};
use crate::{Register, read};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day on which the tests are.
fn today() -> NaiveDate {
    date("2024-03-04")
}

fn empty() -> Register {
    Register::new([], Vec::new(), 7)
}

fn book(bytes: impl Into<Vec<u8>>) -> Book {
    Book::open(bytes.into()).unwrap()
}

fn cqc(bytes: impl Into<Vec<u8>>, as_at: Option<&str>) -> Result<Parsed, ReadError> {
    read::cqc(book(bytes), as_at.map(date), &mut |_, _| ())
}

fn plain(text: &str, map: &str) -> Result<Parsed, ReadError> {
    read::plain(book(text), &Map::read(map)?, None, &mut |_, _| ())
}

fn capacity(text: &str) -> Parsed {
    read::capacity(book(text), None, &mut |_, _| ()).unwrap()
}

/// The register with a file in it, which has nothing wrong.
#[track_caller]
fn with(register: &Register, parsed: Parsed) -> Register {
    let Parsed { header, rows, errors, remarks: _ } = parsed;
    assert_eq!(errors, []);
    let Planned { report, changes } = register.plan(&header, today(), rows);
    assert_eq!(report.errors, []);
    register.with(&changes, Some(import(register, &header, report)))
}

fn import(register: &Register, header: &Header, report: crate::Report) -> crate::Import {
    let Header { source, as_at, covers } = header.clone();
    crate::Import {
        number: u64::try_from(register.imports().len()).unwrap() + 1,
        source,
        as_at,
        covers,
        digest: muster_record::entry::Hash::of(b"file"),
        at: "2024-03-04T09:00:00Z".parse().unwrap(),
        agency: "council".parse().unwrap(),
        system: "console".to_owned(),
        report,
    }
}

/// What is wrong with each row, as it is printed.
fn told(parsed: &Parsed) -> Vec<String> {
    parsed.errors.iter().map(ToString::to_string).collect()
}

/// A spreadsheet in Open Document format, made by hand: the least that a reader takes.
fn ods(sheets: &[(&str, Vec<Vec<&str>>)]) -> Vec<u8> {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let cell = |text: &&str| {
        let text = escaped(text);
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let line =
        |line: &Vec<&str>| format!("<table:table-row>{}</table:table-row>", line.iter().map(cell).collect::<String>());
    let sheet = |(name, lines): &(&str, Vec<Vec<&str>>)| {
        format!("<table:table table:name=\"{name}\">{}</table:table>", lines.iter().map(line).collect::<String>())
    };
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>",
        sheets.iter().map(sheet).collect::<String>()
    );
    let mimetype = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest \
         xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{mimetype}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("mimetype", mimetype), ("content.xml", &content), ("META-INF/manifest.xml", &manifest)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same as a workbook. Whole numbers are written as numbers, as the published file has them.
fn xlsx(sheets: &[(&str, Vec<Vec<&str>>)]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, lines) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, line) in (0_u32..).zip(lines) {
            for (column, text) in (0_u16..).zip(line) {
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *text).unwrap(),
                };
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The first of the sheets as CSV.
fn csv(lines: &[Vec<&str>]) -> String {
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |line: &Vec<&str>| line.iter().map(quoted).collect::<Vec<_>>().join(",");
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
