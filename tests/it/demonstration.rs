//! `muster demo`, the README's first command, as somebody runs it who has just cloned this.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::tutorial::program;

/// A program that ends with the test.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn the_demonstration_plays_to_its_situation_report_and_ends_by_itself() {
    let mut demo = Command::new(program().join("muster"));
    let ran = demo.arg("demo").stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.starts_with("MUSTER DEMONSTRATION (an exercise; all of it is invented)"), "{said}");
    for line in ["SITUATION REPORT", "adopt"] {
        assert!(said.to_lowercase().contains(&line.to_lowercase()), "{line:?} is not in what it printed:\n{said}");
    }
}

#[test]
fn a_demonstration_that_serves_gives_links_into_an_incident_and_a_region_and_takes_what_a_partner_writes() {
    let mut demo = Command::new(program().join("muster"));
    let demo = demo.args(["demo", "--serve"]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut demo = Kept(demo);
    let mut said = BufReader::new(demo.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let command = said.find(|line| line.contains(" watch ") && line.contains("--certs")).unwrap();
    let after = |word: &str| command.split(word).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let (server, certs) = (after("--server"), after("--certs"));
    said.find(|line| line.starts_with("The console: ")).unwrap();
    let is_link = |line: &String| line.contains("/sign-in/link/");
    let of_incident: Vec<String> = said.by_ref().skip(1).take_while(is_link).collect();
    assert!(of_incident.iter().any(|line| line.contains("Coventry City Council")), "{of_incident:?}");
    said.find(|line| line.starts_with("And the region: ")).unwrap();
    assert!(is_link(&said.next().unwrap()));

    let partner = Command::new(env!("CARGO_BIN_EXE_example-partner")).args([&server, &certs]).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&partner.stdout), String::from_utf8_lossy(&partner.stderr));
    assert!(partner.status.success() && told.contains("adopted proposal"), "{told}");
}
