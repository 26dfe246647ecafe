use super::*;
use crate::sql;

#[test]
fn no_statement_looks_through_a_whole_table() {
    let home = Home::new();
    drop(home.open());
    let raw = home.raw();
    let statements = [
        sql::TIP,
        sql::HEAD_TO_FOLLOW,
        sql::PUT_HEAD,
        sql::APPEND,
        sql::ANSWER_REQUEST,
        sql::CLEAR_SEATS,
        sql::TAKE_SEAT,
        sql::KEEP_SNAPSHOT,
        sql::KEEP_PAYLOAD,
        sql::REWRAP_PAYLOAD,
        sql::ERASE_PAYLOAD,
        sql::SEALED_ENTRIES,
        sql::PAYLOAD_KEY_AMONG,
        sql::PAYLOAD_KEYS,
        sql::DROP_SNAPSHOTS_OF,
        sql::DROP_OLD_SNAPSHOTS,
        sql::LOOKED,
        sql::HEAD,
        sql::ENTRIES,
        sql::HASHES,
        sql::SINCE,
        sql::LAST_REVISION,
        sql::REQUEST,
        sql::SNAPSHOT,
        sql::INCIDENTS_OF,
        sql::ALL_INCIDENTS,
        sql::BEHIND,
        sql::LOOK_AGAIN,
        sql::COMPONENT,
        sql::SETTINGS,
        sql::CHANGE_SETTINGS,
        sql::SETTINGS_IN_FORCE,
        sql::SETTINGS_ASKED,
        sql::KEEP_IMPORT,
        sql::PUT_ROW,
        sql::REMOVE_ROW,
        sql::ROWS,
        sql::IMPORTS,
        sql::WRAP_PERSON_KEY,
        sql::SEAL_PERSON,
        sql::ERASE_SEALED_PERSON,
        sql::ERASE_PERSON_KEY,
        sql::SEALED_PERSON,
        sql::PERSON_KEYS,
        sql::PUT_AUDIT,
        sql::AUDIT,
        sql::AUDIT_OF,
        sql::PROPOSE_INSTALL,
        sql::DECIDE_INSTALL,
        sql::LAST_INSTALL,
        sql::INSTALLS,
        sql::OPEN_INSTALLS,
        sql::INSTALL,
        sql::INSTALL_ASKED,
    ];
    for statement in statements {
        let mut plan = raw.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let unbound = rusqlite::params_from_iter(vec![rusqlite::types::Null; plan.parameter_count()]);
        let steps: Vec<String> = plan.query_map(unbound, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        for step in steps {
            assert!(!step.contains("TEMP B-TREE"), "{statement}: {step}");
            // The two scans are of a partial index that holds only what is asked for, and of the last row.
            let is_short = step.contains("head_behind") || step.contains("head_look_again");
            let ends_at_once = [sql::TIP, sql::LAST_REVISION, sql::CHANGE_SETTINGS].contains(&statement);
            assert!(!step.starts_with("SCAN") || is_short || ends_at_once, "{statement}: {step}");
        }
    }
}

#[test]
fn a_limit_that_is_bound_has_no_plan_made_anew() {
    let home = Home::new();
    drop(home.open());
    let conn = crate::open::to_read(&home.path()).unwrap();
    let mut asked = conn.prepare(sql::ENTRIES).unwrap();
    for limit in [1, 500, 7] {
        let rows = asked.query_map(rusqlite::params!["none", 0, limit], |_| Ok(())).unwrap();
        assert_eq!(rows.count(), 0);
    }
    assert_eq!(asked.get_status(rusqlite::StatementStatus::RePrepare), 0);
}
