//! What is handed to operators fits the server: every alert has a page, and every metric that an alert, the dashboard or
//! the manual names is one that the server has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(project().join(path)).unwrap()
}

/// Words of a text that are names of metrics.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '_'));
    words.filter(|word| word.starts_with("muster_") && word.len() > 7).map(ToOwned::to_owned).collect()
}

/// The metrics that the sources make.
fn made() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![project().join("crates")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for quoted in text.split('"').skip(1).step_by(2).filter(|word| word.starts_with("muster_")) {
                    let is_name = quoted.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
                    if is_name && text.contains("metrics::") {
                        found.insert(quoted.to_owned());
                    }
                }
            }
        }
    }
    found
}

/// A histogram is read by its parts.
fn base(name: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

#[test]
fn alerts_and_dashboard_ask_for_metrics_that_there_are() {
    let made = made();
    assert!(made.contains("muster_commit_seconds"), "{made:?}");
    for path in ["deploy/prometheus/muster.rules.yaml", "deploy/grafana/muster.json"] {
        for name in metrics_in(&read(path)) {
            assert!(made.contains(base(&name)), "{path} asks for {name}, which no server has");
        }
    }
}

#[test]
fn the_manual_has_every_metric_and_no_other() {
    let manual = read("docs/operating.md");
    let section = manual.split("## Metrics").nth(1).unwrap().split("\n## ").next().unwrap();
    assert_eq!(metrics_in(section), made());
}

#[test]
fn every_alert_has_a_page_and_every_page_an_alert() {
    let alerts: BTreeSet<String> = read("deploy/prometheus/muster.rules.yaml")
        .lines()
        .filter_map(|line| Some(line.trim().strip_prefix("- alert: ")?.to_owned()))
        .collect();
    let pages: BTreeSet<String> =
        read("docs/alerts.md").lines().filter_map(|line| Some(line.strip_prefix("## ")?.to_owned())).collect();
    assert!(alerts.len() > 10);
    assert_eq!(alerts, pages);
}

#[test]
fn each_panel_of_the_dashboard_asks_for_something() {
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/muster.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for panel in panels {
        let targets = panel["targets"].as_array().unwrap();
        assert!(targets.iter().all(|target| !metrics_in(target["expr"].as_str().unwrap()).is_empty()), "{panel}");
    }
    assert!(panels.len() > 10);
}
