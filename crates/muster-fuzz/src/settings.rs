//! Settings of rule sets: tables that a council officer edits, and that a rule set is run with.

use std::sync::OnceLock;

use muster_rules::{Host, HostLimits, LoadedRuleSet, Settings};

use crate::Read;

/// Every shipped rule set, compiled once.
pub(crate) fn shipped() -> &'static [LoadedRuleSet] {
    static SHIPPED: OnceLock<Vec<LoadedRuleSet>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let host = Host::new(HostLimits::default()).unwrap();
        muster_shipped::SHIPPED.iter().map(|shipped| host.load(shipped.component, "").unwrap()).collect()
    })
}

/// The first byte says which rule set the others are settings of.
pub(crate) fn body(data: &[u8]) -> Read {
    let Some((which, data)) = data.split_first() else { return Read::Refused };
    let Ok(text) = std::str::from_utf8(data) else { return Read::Refused };
    let read = Settings::read(text);
    let Ok(settings) = &read else { return Read::of(&read) };
    assert_eq!(&Settings::read(settings.text()).unwrap(), settings, "their one spelling is not their one spelling");
    let all = shipped();
    let Some(rule_set) = all.get(usize::from(*which) % all.len().max(1)) else { return Read::Refused };
    Read::of(&rule_set.with_settings(settings))
}

/// Tables as councils have set them.
const SET: &[(&str, &str)] = &[
    ("emergency-closure", r#"{"wellbeing_to_weeks":5,"letter":"Dear resident"}"#),
    ("continuity-plans", r#"{"check_every_days":90,"notice_days":14}"#),
    (
        "transport-options",
        r#"{"trips_per_vehicle":2,"vehicles":[{"id":"ring-and-ride","provider":"Ring and Ride","vehicle":"minibus",
        "how-many":2,"seats":14,"wheelchair-places":2,"stretchers":0,"bariatric-places":0,"lead-time-minutes":60,
        "from":"08:00","to":"18:00","contact-role":"duty manager"}]}"#,
    ),
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let which = |name: &str| shipped().iter().position(|one| one.description().name.as_str() == name);
    let seed = |&(name, text): &(&str, &str)| {
        let which = u8::try_from(which(name).unwrap()).unwrap();
        [&[which], text.as_bytes()].concat()
    };
    SET.iter().map(seed).collect()
}
