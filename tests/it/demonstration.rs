//! `muster demo`, the README's first command, as somebody runs it who has just cloned this.

use std::process::{Command, Stdio};

use crate::tutorial::program;

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
