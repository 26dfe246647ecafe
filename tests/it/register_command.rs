//! `muster register` as a person types it. The binary is this test binary, run once more.

use std::path::Path;
use std::process::{Command, ExitCode, Output};

use clap::Parser as _;
use muster::cli::{self, Cli};
use muster::dev_certs::SYSTEM;

use crate::home::{COUNCIL, Home, House};

/// Set in the child, to what was typed, with tabs between the words.
pub(crate) const TYPED: &str = "MUSTER_TEST_TYPED";

const DIRECTORY: &str = "\
Location ID,Location Name,Provider ID,Provider Name,Location Local Authority,Care home?,Care homes beds,\
Location Latest Overall Rating
1-101,Rosebank House,1-900,Larkfield Care Ltd,Coventry,Y,48,Inadequate
";

#[test]
fn a_child_does_what_was_typed() -> ExitCode {
    let Ok(typed) = std::env::var(TYPED) else { return ExitCode::SUCCESS };
    cli::run(&Cli::parse_from(std::iter::once("muster").chain(typed.split('\t'))))
}

/// What was told, what was complained of, and whether it ended well.
struct Told {
    out: String,
    err: String,
    well: bool,
}

async fn typed(home: &Home, house: &House<'_>, words: &[&str]) -> Told {
    let identity = home.authority.system(&COUNCIL.parse().unwrap(), SYSTEM).unwrap();
    let certificate = home.put(&format!("{COUNCIL}.pem"), &identity.certificate);
    home.put(&format!("{COUNCIL}.key"), &identity.key);
    let folder = certificate.parent().unwrap().to_str().unwrap().to_owned();
    let server = house.serving.api().to_string();
    let whole = [&["register"], words, &["--server", &server, "--certs", &folder, "--as", COUNCIL]].concat().join("\t");
    let child = move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "register_command::a_child_does_what_was_typed", "--nocapture"])
            .env(TYPED, whole)
            .output()
            .unwrap()
    };
    let Output { status, stdout, stderr } = tokio::task::spawn_blocking(child).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { out: text(stdout), err: text(stderr), well: status.success() }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_tells_what_changed_and_a_dry_run_that_nothing_did() {
    let home = Home::new();
    let house = home.open().await;
    let file = home.put("directory.csv", DIRECTORY);
    let dry = typed(&home, &house, &["import", path(&file), "--as-at", "2024-03-01", "--dry-run"]).await;
    assert!(dry.well && dry.out.contains("nothing was changed: this was a dry run"), "{}{}", dry.out, dry.err);
    assert!(!dry.err.contains("lines"), "a bar is for a terminal: {}", dry.err);
    let kept = typed(&home, &house, &["import", path(&file), "--as-at", "2024-03-01"]).await;
    assert!(kept.well && kept.out.contains("cqc-directory as at 2024-03-01: 2 rows"), "{}{}", kept.out, kept.err);
    assert!(kept.out.contains("service    1 added, 0 changed, 0 removed, 0 unchanged"), "{}", kept.out);
    assert!(kept.out.contains("kept as import 1"), "{}", kept.out);

    let risk = typed(&home, &house, &["at-risk", "--authority", "Coventry"]).await;
    assert!(risk.out.contains("Rosebank House (Larkfield Care Ltd), Coventry: inadequate, 48 beds"), "{}", risk.out);
    assert!(risk.out.contains("    rated-inadequate; not known: manager, dormancy, capacity"), "{}", risk.out);
    let show = typed(&home, &house, &["show"]).await;
    assert!(show.out.contains("cqc-directory as at 2024-03-01, 3 days ago; import 1 by e08000026"), "{}", show.out);
    let exposure = typed(&home, &house, &["exposure", "--provider", "1-900"]).await;
    assert!(exposure.out.contains("Larkfield Care Ltd (1-900)\nCoventry "), "{}", exposure.out);
    assert!(exposure.out.contains("1 services, 48 registered beds"), "{}", exposure.out);
    let agency = typed(&home, &house, &["agency", "05A"]).await;
    assert!(agency.out.contains("QWU      stands NHS Coventry and Warwickshire ICB"), "{}", agency.out);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_ends_as_a_failure_that_says_why_and_at_most_fifty_times() {
    let home = Home::new();
    let house = home.open().await;
    let file = home.put("directory.csv", DIRECTORY);
    let no_day = typed(&home, &house, &["import", path(&file)]).await;
    assert!(!no_day.well && no_day.err.contains("give --as-at DATE"), "{}", no_day.err);

    let column = home.put("column.csv", DIRECTORY.replace("Care homes beds", "Beds"));
    let column = typed(&home, &house, &["import", path(&column), "--as-at", "2024-03-01"]).await;
    assert!(!column.well && column.err.contains("the column \"Care homes beds\" is missing"), "{}", column.err);

    let line = DIRECTORY.lines().last().unwrap().replace(",48,", ",many,");
    let many = home.put("many.csv", format!("{DIRECTORY}{}", format!("{line}\n").repeat(60)));
    let many = typed(&home, &house, &["import", path(&many), "--as-at", "2024-03-01"]).await;
    assert!(!many.well);
    assert_eq!(many.err.matches(": Care homes beds: is \"many\"").count(), 50, "{}", many.err);
    assert!(many.err.contains("line 3: ") && many.err.contains("and 10 more\n"), "{}", many.err);
    assert!(many.err.contains("60 rows are wrong; nothing was changed"), "{}", many.err);
    let nothing = typed(&home, &house, &["services"]).await;
    assert!(nothing.well && !nothing.out.contains("Rosebank"), "{}", nothing.out);
    house.close().await;
}
