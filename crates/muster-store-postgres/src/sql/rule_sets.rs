//! Statements over what is kept of rule sets.

pub(crate) const KEEP_COMPONENT: &str =
    "INSERT INTO component (digest, name, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
pub(crate) const KEEP_SETTINGS: &str = "INSERT INTO settings (digest, text) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/// Numbers are given without a gap, by one at a time. Readers are not held up.
pub(crate) const LOCK_CHANGES: &str = "LOCK TABLE settings_change IN SHARE ROW EXCLUSIVE MODE";
pub(crate) const LOCK_INSTALLS: &str = "LOCK TABLE install IN SHARE ROW EXCLUSIVE MODE";
pub(crate) const LOCK_DECISIONS: &str = "LOCK TABLE install_end IN SHARE ROW EXCLUSIVE MODE";

pub(crate) const CHANGE_SETTINGS: &str = "
    INSERT INTO settings_change (number, agency, rule_set, settings, at, system, because, request, body, outcome)
    SELECT coalesce(max(number), 0) + 1, $1::text, $2::text, $3::bytea, $4::bigint, $5::text, $6::text, $7::text,
           $8::bytea, $9::text FROM settings_change";

pub(crate) const COMPONENT: &str = "SELECT name, bytes FROM component WHERE digest = $1";
pub(crate) const SETTINGS: &str = "SELECT text FROM settings WHERE digest = $1";

pub(crate) const SETTINGS_IN_FORCE: &str = "
    SELECT agency, rule_set, settings, at, system, because, request, body, outcome
    FROM settings_change WHERE agency = $1 AND rule_set = $2 ORDER BY number DESC LIMIT 1";

pub(crate) const SETTINGS_ASKED: &str = "
    SELECT agency, rule_set, settings, at, system, because, request, body, outcome
    FROM settings_change WHERE agency = $1 AND request = $2";

/// The one way a rule set that an agency installs itself is proposed.
pub(crate) const PROPOSE_INSTALL: &str = "
    INSERT INTO install (number, agency, rule_set, version, component, at, person, system, because, request, body, terms,
                         envelope)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// The one way a proposal is decided.
pub(crate) const DECIDE_INSTALL: &str = "
    INSERT INTO install_end (number, install, approved, at, person, system)
    SELECT coalesce(max(number), 0) + 1, $1::bigint, $2::boolean, $3::bigint, $4::text, $5::text FROM install_end";

pub(crate) const INSTALL_ENVELOPE: &str = "SELECT envelope FROM install WHERE number = $1 AND envelope IS NOT NULL";
pub(crate) const LAST_INSTALL: &str = "SELECT coalesce(max(number), 0) FROM install";

macro_rules! installs {
    ($rest:literal) => {
        concat!(
            "SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system,
                    because, approved, install_end.at, install_end.person, install_end.system, terms, body
             FROM install LEFT JOIN install_end ON install_end.install = install.number ",
            $rest
        )
    };
}

pub(crate) const INSTALLS: &str =
    installs!("WHERE agency = $1 AND install.number < $2 ORDER BY install.number DESC LIMIT $3");
pub(crate) const OPEN_INSTALLS: &str =
    installs!("WHERE agency = $1 AND install_end.number IS NULL ORDER BY install.number DESC");
pub(crate) const INSTALL: &str = installs!("WHERE install.number = $1");
pub(crate) const INSTALL_ASKED: &str = installs!("WHERE agency = $1 AND request = $2");

/// All that was approved, in the order of approval.
pub(crate) const INSTALLS_APPROVED: &str = installs!("WHERE approved ORDER BY install_end.number");

/// The one way a look of a rule set in shadow is kept.
pub(crate) const PUT_SHADOW_LOOK: &str = "
    INSERT INTO shadow_look (incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice,
                             added, revised, withdrawn, class)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

pub(crate) const LAST_SHADOW_LOOK: &str = "
    SELECT number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice, added,
           revised, withdrawn, class
    FROM shadow_look WHERE incident = $1 AND owner = $2 AND rule_set = $3 ORDER BY number DESC LIMIT 1";

pub(crate) const SHADOW_LOOKS: &str = "
    SELECT number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice, added,
           revised, withdrawn, class
    FROM shadow_look WHERE owner = $1 AND rule_set = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
