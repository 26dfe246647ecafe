//! Statements over what is sealed, and over the audit.

pub(crate) const WRAP_PERSON_KEY: &str = "
    INSERT INTO person_key (incident, person, key, wrapped) VALUES ($1, $2, $3, $4)
    ON CONFLICT (incident, person) DO UPDATE SET key = excluded.key, wrapped = excluded.wrapped";

pub(crate) const SEAL_PERSON: &str = "
    INSERT INTO sealed_person (incident, person, version, salt, sealed) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (incident, person) DO UPDATE SET
        version = excluded.version, salt = excluded.salt, sealed = excluded.sealed";

pub(crate) const ERASE_SEALED_PERSON: &str = "DELETE FROM sealed_person WHERE incident = $1 AND person = $2";
pub(crate) const ERASE_PERSON_KEY: &str = "DELETE FROM person_key WHERE incident = $1 AND person = $2";

pub(crate) const SEALED_PERSON: &str = "
    SELECT incident, person, key, wrapped, version, salt, sealed
    FROM person_key JOIN sealed_person USING (incident, person) WHERE incident = $1 AND person = $2";

pub(crate) const PERSON_KEYS: &str = "
    SELECT incident, person, key, wrapped FROM person_key
    WHERE (incident, person) > ($1, $2) ORDER BY incident, person LIMIT $3";

/// For an operator who turns keys: it looks through indexes.
pub(crate) const KEYS_IN_USE: &str = "
    SELECT key, sum(wraps)::bigint FROM (
        SELECT key, count(*) AS wraps FROM person_key GROUP BY key
        UNION ALL SELECT key, count(*) FROM sealed_payload GROUP BY key
        UNION ALL SELECT key, count(*) FROM webhook WHERE deleted IS NULL GROUP BY key) AS used
    GROUP BY key ORDER BY key COLLATE \"C\"";

/// The one way what an entry says is kept sealed.
pub(crate) const KEEP_PAYLOADS: &str = "
    INSERT INTO sealed_payload (incident, seq, key, wrapped, sealed)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[])";

pub(crate) const REWRAP_PAYLOAD: &str =
    "UPDATE sealed_payload SET key = $3, wrapped = $4 WHERE incident = $1 AND seq = $2";

pub(crate) const ERASE_PAYLOAD: &str = "DELETE FROM sealed_payload WHERE incident = $1 AND seq = $2";

pub(crate) const SEALED_ENTRIES: &str = "SELECT seq FROM sealed_payload WHERE incident = $1 ORDER BY seq";

pub(crate) const PAYLOAD_KEY_AMONG: &str = "
    SELECT incident, seq, key, wrapped FROM sealed_payload
    WHERE incident = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq LIMIT 1";

pub(crate) const PAYLOAD_KEYS: &str = "
    SELECT incident, seq, key, wrapped FROM sealed_payload
    WHERE (incident, seq) > ($1, $2) ORDER BY incident, seq LIMIT $3";

/// Takes the rows that were deleted or replaced out of their tables, so that their space is written over. What no
/// statement reaches may still stand in the log and in copies of it until those are written over too.
pub(crate) const EMPTY_THE_TABLES: &str = "VACUUM person_key, sealed_person, sealed_payload, sealed_snapshot, webhook";

/// Where the audit ends, held until the transaction does.
pub(crate) const HOLD_THE_AUDIT: &str = "SELECT number, hash FROM audit_end FOR UPDATE";

/// The one way rows get into the audit.
pub(crate) const PUT_AUDIT: &str = "
    INSERT INTO audit (number, at, incident, said, hash)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bytea[]) AS rows (number)
    ORDER BY rows.number";

pub(crate) const MOVE_THE_AUDIT: &str = "UPDATE audit_end SET number = $1, hash = $2";

pub(crate) const AUDIT: &str = "SELECT number, at, said, hash FROM audit WHERE number > $1 ORDER BY number LIMIT $2";

pub(crate) const AUDIT_OF: &str = "
    SELECT number, at, said, hash FROM audit WHERE incident = $1 AND number > $2 ORDER BY number LIMIT $3";

/// For the walk along all of it.
pub(crate) const AUDIT_AS_KEPT: &str = "
    SELECT number, at, said, hash, incident FROM audit WHERE number > $1 ORDER BY number LIMIT $2";
