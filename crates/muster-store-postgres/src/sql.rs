//! Every statement over records and the store as a whole. The schema stands in `schema/`, in the order of its steps.

pub(crate) mod beside;
pub(crate) mod outbound;
pub(crate) mod rule_sets;
pub(crate) mod sealed;
pub(crate) mod shared;

/// What turns the schema of each version into the next; the schema's version is how many have run.
pub(crate) const STEPS: &[&str] = &[
    include_str!("../schema/1-records.sql"),
    include_str!("../schema/2-sealed.sql"),
    include_str!("../schema/3-rule-sets.sql"),
    include_str!("../schema/4-beside.sql"),
    include_str!("../schema/5-leases.sql"),
];

/// Held for the transaction in which the tables are made or brought up to date: "MSTR".
pub(crate) const LOCK_THE_SCHEMA: &str = "SELECT pg_advisory_xact_lock(1297306706)";
pub(crate) const KNOWS_A_VERSION: &str = "SELECT to_regclass('muster_schema') IS NOT NULL";
pub(crate) const HAS_A_VERSION: &str = "SELECT count(to_regclass('muster_schema'))";
pub(crate) const HAS_OTHER_TABLES: &str = "
    SELECT EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace)";
pub(crate) const MAKE_A_VERSION: &str = "
    CREATE TABLE muster_schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL);
    INSERT INTO muster_schema (version) VALUES (0)";
pub(crate) const VERSION: &str = "SELECT version FROM muster_schema";
pub(crate) const SET_VERSION: &str = "UPDATE muster_schema SET version = $1";
pub(crate) const STORE_ID: &str = "SELECT store_id FROM meta";
pub(crate) const NAME_THE_STORE: &str = "INSERT INTO meta (store_id) VALUES ($1)";

/// What a store needs of its server: the encoding, whether it syncs, and whether it can be written to.
pub(crate) const FITNESS: &str = "
    SELECT current_setting('server_encoding'), current_setting('fsync')::boolean,
           current_setting('full_page_writes')::boolean, pg_is_in_recovery(),
           current_setting('server_version_num')::bigint";

/// Copies that are waited for before a commit is acknowledged.
pub(crate) const WAITS_FOR: &str = "
    SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')";

/// Whether what goes over this connection is read by nobody between: it is encrypted, or a socket of this machine.
pub(crate) const IS_PRIVATE: &str = "
    SELECT (inet_server_addr() IS NULL OR host(inet_server_addr()) IN ('127.0.0.1', '::1')
            OR (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()))::int::bigint";

/// The records of a group that begin in it, so that there is a row to hold. Nothing of them is seen by anybody else.
pub(crate) const BEGIN_RECORDS: &str = "
    INSERT INTO head (incident, seq, hash, recorded_at, exercise, closed, summary, revision)
    SELECT incident, 0, decode(repeat('00', 32), 'hex'), 0, exercise, false, '', 0
    FROM unnest($1::text[], $2::boolean[]) AS fresh (incident, exercise) ORDER BY incident COLLATE \"C\"
    ON CONFLICT DO NOTHING";

/// Where the records of a group end, held until its transaction does. In order of id, so that two groups cannot each hold
/// what the other waits for.
pub(crate) const HOLD_HEADS: &str = "
    SELECT incident, seq, hash, exercise FROM head
    WHERE incident = ANY ($1::text[]) ORDER BY incident FOR NO KEY UPDATE";

/// Request ids of a group that were used before.
pub(crate) const USED_REQUESTS: &str = "
    SELECT agency, id FROM request
    WHERE (agency, id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY agency, id";

/// The one way an entry gets onto a record: all of a group at once, behind heads that are held. Each change set draws its
/// revision here, so that none is drawn before every head of the group is held. Gives the revisions in order.
pub(crate) const APPEND: &str = "
    WITH drawn AS (
        SELECT change, nextval('revision') AS revision FROM generate_series(1, $1::bigint) AS change
    ), moved AS (
        UPDATE head SET seq = ends.seq, hash = ends.hash, recorded_at = ends.recorded_at, closed = ends.closed,
            summary = ends.summary, revision = drawn.revision
        FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bytea[], $8::bigint[],
                    $9::boolean[], $10::text[])
             AS ends (change, incident, was_seq, was_hash, seq, hash, recorded_at, closed, summary)
             JOIN drawn ON drawn.change = ends.change
        WHERE head.incident = ends.incident AND head.seq = ends.was_seq AND head.hash = ends.was_hash
    ), put AS (
        INSERT INTO entry (revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
        SELECT drawn.revision, rows.incident, rows.seq, rows.recorded_at, rows.envelope, rows.payload, rows.salt,
               rows.commitment, rows.hash
        FROM unnest($11::bigint[], $12::text[], $13::bigint[], $14::bigint[], $15::text[], $16::text[], $17::bytea[],
                    $18::bytea[], $19::bytea[])
             AS rows (change, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
             JOIN drawn ON drawn.change = rows.change
        ORDER BY drawn.revision, rows.seq
    ), answered AS (
        INSERT INTO request (agency, id, body, incident, first, last, at, revision)
        SELECT asked.agency, asked.id, asked.body, asked.incident, asked.first, asked.last, asked.at, drawn.revision
        FROM unnest($20::bigint[], $21::text[], $22::text[], $23::bytea[], $24::text[], $25::bigint[], $26::bigint[],
                    $27::bigint[])
             AS asked (change, agency, id, body, incident, first, last, at)
             JOIN drawn ON drawn.change = asked.change
        ORDER BY asked.agency, asked.id
    )
    SELECT revision FROM drawn ORDER BY change";

pub(crate) const CLEAR_SEATS: &str = "DELETE FROM seat WHERE incident = ANY ($1::text[])";
pub(crate) const TAKE_SEATS: &str = "
    INSERT INTO seat (agency, incident) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING";

pub(crate) const KEEP_SNAPSHOTS: &str = "
    INSERT INTO sealed_snapshot (incident, seq, hash, version, key, wrapped, sealed)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[])";

/// Keeps the newest two: the one before stands in should the newest not be readable.
pub(crate) const DROP_OLD_SNAPSHOTS: &str = "
    DELETE FROM sealed_snapshot WHERE incident = ANY ($1::text[]) AND seq < (
        SELECT newer.seq FROM sealed_snapshot AS newer WHERE newer.incident = sealed_snapshot.incident
        ORDER BY newer.seq DESC LIMIT 1 OFFSET 1)";

pub(crate) const DROP_SNAPSHOTS_OF: &str = "DELETE FROM sealed_snapshot WHERE incident = $1";
pub(crate) const DROP_SNAPSHOTS: &str = "DELETE FROM sealed_snapshot";

/// A look that took longer than a later one does not undo it, and one under a lease that was taken over is nobody's.
pub(crate) const LOOKED: &str = "
    UPDATE head SET looked = $2, look_again_at = $3 WHERE incident = $1 AND looked <= $2
    AND ($4::bigint IS NULL OR $4 = (SELECT fence FROM lease WHERE what = $1))";

pub(crate) const HEAD: &str = "
    SELECT incident, seq, hash, recorded_at, exercise, closed, summary, revision FROM head WHERE incident = $1";

pub(crate) const ENTRIES: &str = "
    SELECT revision, incident, seq, recorded_at, envelope, commitment, hash, payload, salt, key, wrapped, sealed
    FROM entry LEFT JOIN sealed_payload USING (incident, seq)
    WHERE incident = $1 AND seq > $2 ORDER BY seq LIMIT $3";

pub(crate) const HASHES: &str = "SELECT hash FROM entry WHERE incident = $1 AND seq <= $2 ORDER BY seq";

/// Up to the end of the change set that holds the last entry asked for, and to what is settled.
pub(crate) const SINCE: &str = "
    SELECT revision, incident, seq, recorded_at, envelope, commitment, hash, payload, salt, key, wrapped, sealed
    FROM entry LEFT JOIN sealed_payload USING (incident, seq)
    WHERE revision > $1 AND revision <= least($3::bigint, coalesce(
        (SELECT revision FROM entry WHERE revision > $1 ORDER BY revision LIMIT 1 OFFSET $2::bigint - 1),
        9223372036854775807))
    ORDER BY revision, seq";

/// What one snapshot shows behind what is settled. `pg_current_snapshot` is the statement's own. A copy that follows does not
/// know which transactions are at work: there no number is said to be over.
pub(crate) const LOOK: &str = "
    SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE pg_snapshot_xmin(pg_current_snapshot())::text::bigint END,
           array(SELECT DISTINCT revision FROM entry WHERE revision > $1 ORDER BY revision LIMIT $2)";

/// A number behind those of all transactions that have one.
pub(crate) const DRAW_A_FENCE: &str = "SELECT pg_current_xact_id()::text::bigint";

pub(crate) const SETTLED: &str = "SELECT revision FROM settled";
pub(crate) const NOTE_SETTLED: &str = "UPDATE settled SET revision = $1 WHERE revision < $1";

pub(crate) const REQUEST: &str = "
    SELECT agency, id, body, incident, first, last, at, revision FROM request WHERE agency = $1 AND id = $2";

pub(crate) const SNAPSHOT: &str = "
    SELECT seq, hash, version, key, wrapped, sealed FROM sealed_snapshot
    WHERE incident = $1 ORDER BY seq DESC LIMIT 1";

pub(crate) const INCIDENTS_OF: &str = "
    SELECT head.incident, seq, hash, recorded_at, exercise, closed, summary, revision
    FROM seat JOIN head ON head.incident = seat.incident
    WHERE seat.agency = $1 AND seat.incident < $2 ORDER BY seat.incident DESC LIMIT $3";

pub(crate) const HAS_SEAT: &str = "SELECT 1 FROM seat WHERE agency = $1 AND incident = $2";
pub(crate) const ALL_INCIDENTS: &str = "SELECT incident FROM head WHERE incident > $1 ORDER BY incident LIMIT $2";

pub(crate) const BEHIND: &str =
    "SELECT incident, seq, looked FROM head WHERE NOT closed AND looked < seq ORDER BY incident LIMIT $1";

pub(crate) const LOOK_AGAIN: &str = "
    SELECT incident, look_again_at FROM head
    WHERE NOT closed AND look_again_at IS NOT NULL ORDER BY look_again_at LIMIT $1";

/// For who checks the whole store: these read all of it.
pub(crate) const RECORDED: &str = "
    SELECT incident FROM head UNION SELECT DISTINCT incident FROM entry ORDER BY incident";

/// Entries that stand in a change set before that of the entry in front of them, or in one that another record has too.
pub(crate) const OUT_OF_ORDER: &str = "
    SELECT incident, seq, revision FROM (
        SELECT incident, seq, revision, lag(revision, 1, 0::bigint) OVER (PARTITION BY incident ORDER BY seq) AS before,
               min(incident) OVER (PARTITION BY revision) AS other
        FROM entry) AS placed
    WHERE revision < before OR incident <> other ORDER BY revision, seq LIMIT $1";

/// Requests whose entries came in another change set, and change sets that hold entries besides those of their request.
pub(crate) const OUT_OF_REQUEST: &str = "
    SELECT revision, incident FROM request WHERE last - first + 1 <> (
        SELECT count(*) FROM entry WHERE entry.revision = request.revision
        AND entry.incident = request.incident AND entry.seq BETWEEN request.first AND request.last)
    OR last - first + 1 <> (SELECT count(*) FROM entry WHERE entry.revision = request.revision) LIMIT $1";
