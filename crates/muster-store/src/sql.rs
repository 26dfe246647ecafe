//! Every statement the store runs. The schema stands in `schema.sql` and the files that STEPS names behind it.

pub(crate) mod outbound;

/// What turns the schema of each version into the next; the schema's version is how many have run.
pub(crate) const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("settings.sql"),
    include_str!("register.sql"),
    include_str!("people.sql"),
    include_str!("installs.sql"),
    include_str!("payloads.sql"),
    include_str!("generations.sql"),
    include_str!("terms.sql"),
    include_str!("shadow.sql"),
    include_str!("endorsements.sql"),
    include_str!("outbound.sql"),
];

/// "MSTR": tells a store from any other SQLite file.
pub(crate) const APPLICATION_ID: i64 = 0x4d53_5452;

/// What the writer asks of its connection before anything else; none of it changes the file.
///
/// FULL and not NORMAL: with NORMAL a power cut loses acknowledged entries. `fullfsync` matters on
/// macOS alone, where a plain fsync stops at the disk's cache. A commit moves the log into the
/// file by itself only past 8,000 pages (32 MB): before that it is done between commits. The cache
/// of 64 MB holds the upper pages of every index at 10^5 incidents.
pub(crate) const WRITER_SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA recursive_triggers = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA cache_size = -65536;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 8000;
";

/// What a reader asks of its connection. It never moves the log into the file: one connection does.
pub(crate) const READER_SETTINGS: &str = "
    PRAGMA query_only = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA wal_autocheckpoint = 0;
";

pub(crate) const JOURNAL_IN_A_LOG: &str = "PRAGMA journal_mode = WAL";
pub(crate) const EMPTY_THE_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
pub(crate) const MEASURE_THE_LOG: &str = "PRAGMA wal_checkpoint(NOOP)";
pub(crate) const MOVE_THE_LOG: &str = "PRAGMA wal_checkpoint(PASSIVE)";

pub(crate) const MAY_COPY: &str = "PRAGMA query_only = OFF";
pub(crate) const COPY: &str = "VACUUM INTO ?1";

pub(crate) const SCHEMA: &str = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";

pub(crate) const STORE_ID: &str = "SELECT store_id FROM meta";
pub(crate) const NAME_THE_STORE: &str = "INSERT INTO meta (one, store_id) VALUES (1, ?1)";

/// The newest entry, and whether that incident's head is it.
pub(crate) const TIP: &str = "
    SELECT entry.revision, entry.place, coalesce(head.seq = entry.seq AND head.hash = entry.hash, 0)
    FROM entry LEFT JOIN head USING (incident) ORDER BY entry.place DESC LIMIT 1";

pub(crate) const HEAD_TO_FOLLOW: &str = "SELECT seq, hash, exercise FROM head WHERE incident = ?1";

pub(crate) const PUT_HEAD: &str = "
    INSERT INTO head (incident, seq, hash, recorded_at, exercise, closed, summary, revision)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (incident) DO UPDATE SET
        seq = excluded.seq, hash = excluded.hash, recorded_at = excluded.recorded_at,
        closed = excluded.closed, summary = excluded.summary, revision = excluded.revision";

/// The one way an entry gets onto a record.
pub(crate) const APPEND: &str = "
    INSERT INTO entry (place, revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

pub(crate) const ANSWER_REQUEST: &str = "
    INSERT INTO request (agency, id, body, incident, first, last, at, revision)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(crate) const CLEAR_SEATS: &str = "DELETE FROM seat WHERE incident = ?1";
pub(crate) const HAS_SEAT: &str = "SELECT 1 FROM seat WHERE agency = ?1 AND incident = ?2";
pub(crate) const TAKE_SEAT: &str = "INSERT OR IGNORE INTO seat (agency, incident) VALUES (?1, ?2)";

pub(crate) const KEEP_SNAPSHOT: &str = "INSERT INTO sealed_snapshot (incident, seq, hash, version, key, wrapped, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Keeps the newest two: the one before stands in should the newest not be readable.
pub(crate) const DROP_OLD_SNAPSHOTS: &str = "
    DELETE FROM sealed_snapshot WHERE incident = ?1
    AND seq < (SELECT seq FROM sealed_snapshot WHERE incident = ?1 ORDER BY seq DESC LIMIT 1 OFFSET 1)";

pub(crate) const DROP_SNAPSHOTS_OF: &str = "DELETE FROM sealed_snapshot WHERE incident = ?1";

/// They are worked out again from the records.
pub(crate) const DROP_SNAPSHOTS: &str = "DELETE FROM sealed_snapshot";

/// A look that took longer than a later one does not undo it.
pub(crate) const LOOKED: &str = "UPDATE head SET looked = ?2, look_again_at = ?3 WHERE incident = ?1 AND looked <= ?2";

pub(crate) const KEEP_COMPONENT: &str = "INSERT OR IGNORE INTO component (digest, name, bytes) VALUES (?1, ?2, ?3)";
pub(crate) const KEEP_SETTINGS: &str = "INSERT OR IGNORE INTO settings (digest, text) VALUES (?1, ?2)";

pub(crate) const CHANGE_SETTINGS: &str = "
    INSERT INTO settings_change (number, agency, rule_set, settings, at, system, because, request, body, outcome)
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM settings_change";

pub(crate) const HEAD: &str = "
    SELECT incident, seq, hash, recorded_at, exercise, closed, summary, revision
    FROM head WHERE incident = ?1";

pub(crate) const ENTRIES: &str = "
    SELECT revision, incident, seq, recorded_at, envelope, commitment, hash, payload, salt, key, wrapped, sealed
    FROM entry LEFT JOIN sealed_payload USING (incident, seq)
    WHERE incident = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";

/// For who checks the whole store: these read all of it.
pub(crate) const HEADS: &str = "SELECT incident FROM head ORDER BY incident";
pub(crate) const RECORDED: &str = "SELECT DISTINCT incident FROM entry";
pub(crate) const ORDER: &str = "SELECT place, revision, incident, seq FROM entry NOT INDEXED ORDER BY place";
pub(crate) const CHECK_THE_FILE: &str = "PRAGMA integrity_check(10)";

/// Requests whose entries came in another change set, and change sets that hold entries besides those of their request.
pub(crate) const OUT_OF_REQUEST: &str = "
    SELECT revision, incident FROM request WHERE last - first + 1 IS NOT (
        SELECT count(*) FROM entry WHERE entry.revision = request.revision
        AND entry.incident = request.incident AND entry.seq BETWEEN request.first AND request.last)
    OR last - first + 1 IS NOT (SELECT count(*) FROM entry WHERE entry.revision = request.revision)";

pub(crate) const HASHES: &str = "SELECT hash FROM entry WHERE incident = ?1 AND seq <= ?2 ORDER BY seq";

/// Up to the end of the change set that holds the last entry asked for.
pub(crate) const SINCE: &str = "
    SELECT revision, incident, seq, recorded_at, envelope, commitment, hash, payload, salt, key, wrapped, sealed
    FROM entry LEFT JOIN sealed_payload USING (incident, seq)
    WHERE revision > ?1 AND revision <= coalesce(
        (SELECT revision FROM entry WHERE revision > ?1 ORDER BY revision LIMIT 1 OFFSET ?2 - 1),
        9223372036854775807)
    ORDER BY revision, seq";

pub(crate) const LAST_REVISION: &str = "SELECT coalesce(max(revision), 0) FROM entry";

pub(crate) const REQUEST: &str = "
    SELECT agency, id, body, incident, first, last, at, revision
    FROM request WHERE agency = ?1 AND id = ?2";

pub(crate) const SNAPSHOT: &str = "SELECT seq, hash, version, key, wrapped, sealed FROM sealed_snapshot WHERE incident = ?1 ORDER BY seq DESC LIMIT 1";

/// The join is CROSS so that the seats lead: the list is in their order.
pub(crate) const INCIDENTS_OF: &str = "
    SELECT head.incident, seq, hash, recorded_at, exercise, closed, summary, revision
    FROM seat CROSS JOIN head ON head.incident = seat.incident
    WHERE seat.agency = ?1 AND seat.incident < ?2 ORDER BY seat.incident DESC LIMIT ?3";

pub(crate) const ALL_INCIDENTS: &str = "SELECT incident FROM head WHERE incident > ?1 ORDER BY incident LIMIT ?2";

pub(crate) const BEHIND: &str =
    "SELECT incident, seq, looked FROM head WHERE closed = 0 AND looked < seq ORDER BY incident LIMIT ?1";

pub(crate) const LOOK_AGAIN: &str = "
    SELECT incident, look_again_at FROM head
    WHERE closed = 0 AND look_again_at IS NOT NULL ORDER BY look_again_at LIMIT ?1";

pub(crate) const COMPONENT: &str = "SELECT name, bytes FROM component WHERE digest = ?1";
pub(crate) const SETTINGS: &str = "SELECT text FROM settings WHERE digest = ?1";

pub(crate) const SETTINGS_IN_FORCE: &str = "
    SELECT agency, rule_set, settings, at, system, because, request, body, outcome
    FROM settings_change WHERE agency = ?1 AND rule_set = ?2 ORDER BY number DESC LIMIT 1";

pub(crate) const SETTINGS_ASKED: &str = "
    SELECT agency, rule_set, settings, at, system, because, request, body, outcome
    FROM settings_change WHERE agency = ?1 AND request = ?2";

pub(crate) const KEEP_IMPORT: &str = "
    INSERT INTO register_import (number, source, as_at, covers, digest, at, agency, system, report)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

pub(crate) const PUT_ROW: &str = "
    INSERT INTO register_row (kind, code, source, row, import) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (kind, code) DO UPDATE SET source = excluded.source, row = excluded.row, import = excluded.import";

pub(crate) const REMOVE_ROW: &str = "DELETE FROM register_row WHERE kind = ?1 AND code = ?2";

pub(crate) const ROWS: &str = "
    SELECT kind, code, source, row FROM register_row
    WHERE (kind, code) > (?1, ?2) ORDER BY kind, code LIMIT ?3";

pub(crate) const IMPORTS: &str = "
    SELECT number, source, as_at, covers, digest, at, agency, system, report
    FROM register_import WHERE number > ?1 ORDER BY number LIMIT ?2";

pub(crate) const WRAP_PERSON_KEY: &str = "
    INSERT INTO person_key (incident, person, key, wrapped) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (incident, person) DO UPDATE SET key = excluded.key, wrapped = excluded.wrapped";

pub(crate) const SEAL_PERSON: &str = "
    INSERT INTO sealed_person (incident, person, version, salt, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (incident, person) DO UPDATE SET
        version = excluded.version, salt = excluded.salt, sealed = excluded.sealed";

pub(crate) const ERASE_SEALED_PERSON: &str = "DELETE FROM sealed_person WHERE incident = ?1 AND person = ?2";
pub(crate) const ERASE_PERSON_KEY: &str = "DELETE FROM person_key WHERE incident = ?1 AND person = ?2";

pub(crate) const SEALED_PERSON: &str = "
    SELECT incident, person, key, wrapped, version, salt, sealed
    FROM person_key JOIN sealed_person USING (incident, person) WHERE incident = ?1 AND person = ?2";

pub(crate) const PERSON_KEYS: &str = "
    SELECT incident, person, key, wrapped FROM person_key
    WHERE (incident, person) > (?1, ?2) ORDER BY incident, person LIMIT ?3";

/// For an operator who turns keys: it looks through indexes.
pub(crate) const KEYS_IN_USE: &str = "
    SELECT key, sum(wraps) FROM (
        SELECT key, count(*) AS wraps FROM person_key GROUP BY key
        UNION ALL SELECT key, count(*) FROM sealed_payload GROUP BY key
        UNION ALL SELECT key, count(*) FROM webhook WHERE deleted IS NULL GROUP BY key)
    GROUP BY key ORDER BY key";

/// The one way what an entry says is kept sealed.
pub(crate) const KEEP_PAYLOAD: &str =
    "INSERT INTO sealed_payload (incident, seq, key, wrapped, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";

pub(crate) const REWRAP_PAYLOAD: &str =
    "UPDATE sealed_payload SET key = ?3, wrapped = ?4 WHERE incident = ?1 AND seq = ?2";

pub(crate) const ERASE_PAYLOAD: &str = "DELETE FROM sealed_payload WHERE incident = ?1 AND seq = ?2";

pub(crate) const SEALED_ENTRIES: &str = "SELECT seq FROM sealed_payload WHERE incident = ?1 ORDER BY seq";

pub(crate) const PAYLOAD_KEY_AMONG: &str = "
    SELECT incident, seq, key, wrapped FROM sealed_payload
    WHERE incident = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT 1";

pub(crate) const PAYLOAD_KEYS: &str = "
    SELECT incident, seq, key, wrapped FROM sealed_payload
    WHERE (incident, seq) > (?1, ?2) ORDER BY incident, seq LIMIT ?3";

pub(crate) const LAST_AUDIT: &str = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";

/// The one way a row gets into the audit.
pub(crate) const PUT_AUDIT: &str = "INSERT INTO audit (number, at, incident, row, hash) VALUES (?1, ?2, ?3, ?4, ?5)";

pub(crate) const AUDIT: &str = "SELECT number, at, row, hash FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2";

pub(crate) const AUDIT_OF: &str = "
    SELECT number, at, row, hash FROM audit WHERE incident = ?1 AND number > ?2 ORDER BY number LIMIT ?3";

/// For the walk along all of it.
pub(crate) const AUDIT_AS_KEPT: &str = "SELECT number, at, incident, row, hash FROM audit ORDER BY number";

/// The one way a rule set that an agency installs itself is proposed.
pub(crate) const PROPOSE_INSTALL: &str = "
    INSERT INTO install (number, agency, rule_set, version, component, at, person, system, because, request, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

pub(crate) const PROPOSE_TERMS: &str = "INSERT INTO install_terms (install, terms) VALUES (?1, ?2)";

pub(crate) const PROPOSE_ENVELOPE: &str = "INSERT INTO install_envelope (install, envelope) VALUES (?1, ?2)";

pub(crate) const INSTALL_ENVELOPE: &str = "SELECT envelope FROM install_envelope WHERE install = ?1";

/// The one way a proposal is decided.
pub(crate) const DECIDE_INSTALL: &str = "
    INSERT INTO install_end (number, install, approved, at, person, system)
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM install_end";

pub(crate) const LAST_INSTALL: &str = "SELECT coalesce(max(number), 0) FROM install";

pub(crate) const INSTALLS: &str = "
    SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system, because,
           approved, install_end.at, install_end.person, install_end.system, terms
    FROM install LEFT JOIN install_end ON install_end.install = install.number
         LEFT JOIN install_terms ON install_terms.install = install.number
    WHERE agency = ?1 AND install.number < ?2 ORDER BY install.number DESC LIMIT ?3";

pub(crate) const OPEN_INSTALLS: &str = "
    SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system, because,
           approved, install_end.at, install_end.person, install_end.system, terms
    FROM install LEFT JOIN install_end ON install_end.install = install.number
         LEFT JOIN install_terms ON install_terms.install = install.number
    WHERE agency = ?1 AND install_end.number IS NULL ORDER BY install.number DESC";

pub(crate) const INSTALL: &str = "
    SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system, because,
           approved, install_end.at, install_end.person, install_end.system, terms
    FROM install LEFT JOIN install_end ON install_end.install = install.number
         LEFT JOIN install_terms ON install_terms.install = install.number
    WHERE install.number = ?1";

pub(crate) const INSTALL_ASKED: &str = "
    SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system, because,
           approved, install_end.at, install_end.person, install_end.system, terms, body
    FROM install LEFT JOIN install_end ON install_end.install = install.number
         LEFT JOIN install_terms ON install_terms.install = install.number
    WHERE agency = ?1 AND request = ?2";

/// All that was approved, in the order of approval.
pub(crate) const INSTALLS_APPROVED: &str = "
    SELECT install.number, agency, rule_set, version, component, install.at, install.person, install.system, because,
           approved, install_end.at, install_end.person, install_end.system, terms
    FROM install JOIN install_end ON install_end.install = install.number
         LEFT JOIN install_terms ON install_terms.install = install.number
    WHERE approved ORDER BY install_end.number";

/// The one way a look of a rule set in shadow is kept.
pub(crate) const PUT_SHADOW_LOOK: &str = "
    INSERT INTO shadow_look (number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used,
                             advice, added, revised, withdrawn, class)
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14 FROM shadow_look";

pub(crate) const LAST_SHADOW_LOOK: &str = "
    SELECT number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice, added,
           revised, withdrawn, class
    FROM shadow_look WHERE incident = ?1 AND owner = ?2 AND rule_set = ?3 ORDER BY number DESC LIMIT 1";

pub(crate) const SHADOW_LOOKS: &str = "
    SELECT number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice, added,
           revised, withdrawn, class
    FROM shadow_look WHERE owner = ?1 AND rule_set = ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4";

pub(crate) const BEGIN_GENERATION: &str = "
    INSERT INTO generation (number, id, after, begun_at)
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3 FROM generation";

pub(crate) const GENERATIONS: &str = "SELECT id, after, begun_at FROM generation ORDER BY number";

/// For a drill: looks at every head.
pub(crate) const SOMEBODY_SEATED: &str = "
    SELECT incident, agency FROM head JOIN seat USING (incident) ORDER BY revision DESC, agency LIMIT 1";
