//! Each language's walk-through: from opening an incident to an adopted proposal.

use super::*;

/// What every language's walk-through does, by what it prints.
#[track_caller]
fn walked(said: &str) {
    for line in ["3 bed", "2 bed", "vehicles pushed", "adopted proposal"] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn the_python_walk_through_adopts_a_proposal_and_offers_what_the_files_say() {
    let Some(at) = at_hand("Python's packages", &PYTHON) else { return };
    let (place, api, _process) = with_rule_sets();
    let (api, certs) = (api.to_string(), place.path().join("certs"));
    let said =
        ran(&mut python(at, &["examples/python/partner.py", "--server", &api, "--certs", path(&certs)])).unwrap();
    walked(&said);
    assert!(said.contains("refused with ALREADY_JOINED") && said.contains("written once"), "{said}");
}

#[test]
fn the_rust_walk_through_adopts_a_proposal_and_offers_what_the_files_say() {
    let (place, api, _process) = with_rule_sets();
    let (api, certs) = (api.to_string(), place.path().join("certs"));
    let said = ran(Command::new(env!("CARGO_BIN_EXE_example-partner")).args([&api, path(&certs)])).unwrap();
    walked(&said);
    assert!(said.contains("joining twice is refused") && said.contains("written once"), "{said}");
}

#[test]
fn the_typescript_walk_through_adopts_a_proposal_and_offers_what_the_files_say() {
    let Some(folder) = at_hand("node's packages", &NODE) else { return };
    *BUILT;
    let (place, api, _process) = with_rule_sets();
    let (api, certs, data) = (api.to_string(), place.path().join("certs"), root().join("examples/data"));
    let words = ["built/partner.js", "--server", &api, "--certs", path(&certs), "--data", path(&data)];
    let said = ran(Command::new("node").args(words).current_dir(folder)).unwrap();
    walked(&said);
    assert!(said.contains("refused with ALREADY_JOINED") && said.contains(" true\n"), "{said}");
}

#[test]
fn the_shell_walk_through_adopts_a_proposal_and_offers_what_the_files_say() {
    let Some(folder) = at_hand("buf", &NODE) else { return };
    if !has_sqlite() {
        return;
    }
    let (place, api, _process) = with_rule_sets();
    let mut shell = Command::new("bash");
    shell.arg(root().join("examples/shell/partner.sh")).arg(local(api)).arg(place.path().join("certs"));
    let said = ran(with_tools(&mut shell, folder)).unwrap();
    walked(&said);
    let once = said.lines().next().unwrap().strip_prefix("written as entry ").unwrap();
    let (first, again) = once.split_once("; asked again it is entry ").unwrap();
    assert_eq!(first, again, "{said}");
}
