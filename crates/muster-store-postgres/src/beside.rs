//! Everything of a group that is no change set, as statements in order.

use std::collections::BTreeMap;

use muster_record::audit::chained;
use muster_record::entry::Hash;
use muster_record::installing::{Decided, Install, Outcome};
use muster_record::shadow::{Said, ShadowLook};
use muster_store::{
    AuditWrite, CommitError, InstallWrite, RegisterChange, RegisterWrite, SealedPerson, ServerError, SettingsChange,
    StoredImport, StoredRow, WrappedKey, WrappedPayloadKey, Write,
};

use crate::sql;
use crate::step::{Due, Step, bytes, int, millis, params, text};

mod outbound;

/// Whether something is gone after it that is not to be found anywhere any more.
pub(crate) fn takes_away(write: &Write) -> bool {
    matches!(
        write,
        Write::Erase { .. }
            | Write::EraseEntries { .. }
            | Write::Rewrap(_)
            | Write::RewrapPayload(_)
            | Write::DropSnapshots
    )
}

/// The statements of a write. A change set and a row of the audit have none here: they go with the others
/// of their group; nor has a lease, which is held.
pub(crate) fn steps(write: &Write, into: &mut Vec<Step>) -> Result<(), CommitError> {
    match write {
        Write::Append(_) | Write::Audit(_) | Write::Leased { .. } => (),
        Write::Looked { incident, seq, look_again_at, fence } => {
            let (again, fence) = (look_again_at.map(millis), fence.map(|fence| int(fence.0)));
            into.push(Step::new(sql::LOOKED, params![text(incident.as_str()), int(seq.0), again, fence]));
        }
        Write::Component { digest, name, bytes: component } => {
            let values = params![bytes(*digest), text(name.as_str()), component.clone()];
            into.push(Step::new(sql::rule_sets::KEEP_COMPONENT, values));
        }
        Write::Settings { digest, text } => {
            into.push(Step::new(sql::rule_sets::KEEP_SETTINGS, params![bytes(*digest), text.clone()]));
        }
        Write::SettingsChange(change) => settings_change(change, into),
        Write::Register(import) => register(import, into),
        Write::Seal(SealedPerson { key, version, salt, sealed }) => {
            wrap(key, into);
            let (incident, person) = (text(key.incident.as_str()), i64::from(key.person.0));
            let values = params![incident, person, i64::from(*version), salt.to_vec(), sealed.clone()];
            into.push(Step::new(sql::sealed::SEAL_PERSON, values));
        }
        Write::Rewrap(key) => wrap(key, into),
        Write::Erase { incident, person } => {
            for statement in [sql::sealed::ERASE_SEALED_PERSON, sql::sealed::ERASE_PERSON_KEY] {
                into.push(Step::new(statement, params![text(incident.as_str()), i64::from(person.0)]));
            }
        }
        Write::RewrapPayload(WrappedPayloadKey { incident, seq, key, wrapped }) => {
            let values = params![text(incident.as_str()), int(seq.0), key.clone(), wrapped.clone()];
            into.push(Step::new(sql::sealed::REWRAP_PAYLOAD, values));
        }
        Write::DropSnapshots => into.push(Step::new(sql::DROP_SNAPSHOTS, Vec::new())),
        Write::EraseEntries { incident, entries } => {
            for seq in entries {
                let problem = format!("entry {seq} has no sealed payload to erase");
                let due = Due { rows: 1, incident: incident.clone(), problem };
                let params = params![text(incident.as_str()), int(seq.0)];
                into.push(Step { sql: sql::sealed::ERASE_PAYLOAD, params, due: Some(due) });
            }
            into.push(Step::new(sql::DROP_SNAPSHOTS_OF, params![text(incident.as_str())]));
        }
        Write::Propose(install) => propose(install, into)?,
        Write::Decide { install, decided: Decided { outcome, at, by } } => {
            into.push(Step::new(sql::rule_sets::LOCK_DECISIONS, Vec::new()));
            let (person, system) = (by.person.clone().unwrap_or_default(), by.system.clone());
            let values = params![int(*install), *outcome == Outcome::Approved, millis(*at), person, system];
            into.push(Step::new(sql::rule_sets::DECIDE_INSTALL, values));
        }
        Write::ShadowLook(look) => into.push(shadow_look(look)),
        Write::Outbound(change) => outbound::steps(change, into)?,
    }
    Ok(())
}

fn wrap(of: &WrappedKey, into: &mut Vec<Step>) {
    let WrappedKey { incident, person, key, wrapped } = of;
    let values = params![text(incident.as_str()), i64::from(person.0), key.clone(), wrapped.clone()];
    into.push(Step::new(sql::sealed::WRAP_PERSON_KEY, values));
}

fn settings_change(change: &SettingsChange, into: &mut Vec<Step>) {
    let SettingsChange { agency, rule_set, settings, at, system, because, request, body, outcome } = change;
    into.push(Step::new(sql::rule_sets::LOCK_CHANGES, Vec::new()));
    let values = params![
        text(agency.as_str()),
        text(rule_set.as_str()),
        bytes(*settings),
        millis(*at),
        system.clone(),
        because.clone(),
        text(request.as_str()),
        bytes(*body),
        outcome.clone(),
    ];
    into.push(Step::new(sql::rule_sets::CHANGE_SETTINGS, values));
}

fn register(write: &RegisterWrite, into: &mut Vec<Step>) {
    let RegisterWrite { import, changes } = write;
    let StoredImport { number, source, as_at, covers, digest, at, agency, system, report } = import;
    into.push(Step::new(sql::beside::LOCK_IMPORTS, Vec::new()));
    let values = params![
        int(*number),
        source.clone(),
        as_at.to_string(),
        covers.clone(),
        bytes(*digest),
        millis(*at),
        text(agency.as_str()),
        system.clone(),
        report.clone(),
    ];
    into.push(Step::new(sql::beside::KEEP_IMPORT, values));
    // Of each row the last change, so that one statement does for all of them.
    let mut last: BTreeMap<(&str, &str), Option<&StoredRow>> = BTreeMap::new();
    for change in changes {
        match change {
            RegisterChange::Put(row) => last.insert((&row.kind, &row.code), Some(row)),
            RegisterChange::Remove { kind, code } => last.insert((kind, code), None),
        };
    }
    let put: Vec<&StoredRow> = last.values().copied().flatten().collect();
    let column = |of: fn(&StoredRow) -> &String| -> Vec<String> { put.iter().map(|row| of(row).clone()).collect() };
    let (kinds, codes) = (column(|row| &row.kind), column(|row| &row.code));
    let (sources, said) = (column(|row| &row.source), column(|row| &row.row));
    into.push(Step::new(sql::beside::PUT_ROWS, params![kinds, codes, sources, said, int(*number)]));
    let removed = last.iter().filter(|(_, row)| row.is_none());
    let (kinds, codes): (Vec<String>, Vec<String>) = removed.map(|((kind, code), _)| (text(kind), text(code))).unzip();
    into.push(Step::new(sql::beside::REMOVE_ROWS, params![kinds, codes]));
}

fn propose(write: &InstallWrite, into: &mut Vec<Step>) -> Result<(), CommitError> {
    let InstallWrite { install, request, body, envelope } = write;
    let Install { number, agency, rule_set, version, component, at, by, because, terms, decided: _ } = install;
    into.push(Step::new(sql::rule_sets::LOCK_INSTALLS, Vec::new()));
    let values = params![
        int(*number),
        text(agency.as_str()),
        text(rule_set.as_str()),
        version.clone(),
        bytes(*component),
        millis(*at),
        by.person.clone().unwrap_or_default(),
        by.system.clone(),
        because.clone(),
        text(request.as_str()),
        bytes(*body),
        json(terms)?,
        envelope.clone(),
    ];
    into.push(Step::new(sql::rule_sets::PROPOSE_INSTALL, values));
    Ok(())
}

fn shadow_look(look: &ShadowLook) -> Step {
    let ShadowLook { incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, said } = look;
    let (advice, difference, class) = match said {
        Said::Advice { digest, difference } => (Some(bytes(*digest)), Some(*difference), None),
        Said::Failure { class } => (None, None, Some(class.clone())),
    };
    let values = params![
        text(incident.as_str()),
        text(owner.as_str()),
        text(rule_set.as_str()),
        bytes(*component),
        bytes(*settings),
        int(seq.0),
        millis(*as_of),
        bytes(*situation),
        int(*fuel_used),
        advice,
        difference.map(|difference| i64::from(difference.added)),
        difference.map(|difference| i64::from(difference.revised)),
        difference.map(|difference| i64::from(difference.withdrawn)),
        class,
    ];
    Step::new(sql::rule_sets::PUT_SHADOW_LOOK, values)
}

/// Rows of the audit behind its end, each bound to the one before, and the end moved behind them.
pub(crate) fn audit(rows: Vec<AuditWrite>, end: (u64, Hash)) -> Vec<Step> {
    if rows.is_empty() {
        return Vec::new();
    }
    let (mut number, mut hash) = end;
    let (mut numbers, mut times, mut incidents) = (Vec::new(), Vec::new(), Vec::new());
    let (mut texts, mut hashes) = (Vec::new(), Vec::new());
    for AuditWrite { at, incident, row } in rows {
        number = number.saturating_add(1);
        hash = chained(number, at, hash, &row);
        numbers.push(int(number));
        times.push(millis(at));
        incidents.push(text(incident.as_str()));
        texts.push(row);
        hashes.push(bytes(hash));
    }
    vec![
        Step::new(sql::sealed::PUT_AUDIT, params![numbers, times, incidents, texts, hashes]),
        Step::new(sql::sealed::MOVE_THE_AUDIT, params![int(number), bytes(hash)]),
    ]
}

/// Something as JSON.
fn json(value: &impl serde::Serialize) -> Result<String, CommitError> {
    serde_json::to_string(value).map_err(|error| {
        CommitError::Server(ServerError::Damaged { problem: format!("it has no form in JSON: {error}") })
    })
}
