//! Statements over the register, and over the store's generations.

pub(crate) const LOCK_IMPORTS: &str = "LOCK TABLE register_import IN SHARE ROW EXCLUSIVE MODE";

pub(crate) const KEEP_IMPORT: &str = "
    INSERT INTO register_import (number, source, as_at, covers, digest, at, agency, system, report)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Rows that an import puts one after another; of a kind and code the last.
pub(crate) const PUT_ROWS: &str = "
    INSERT INTO register_row (kind, code, source, said, import)
    SELECT kind, code, source, said, $5::bigint FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        AS rows (kind, code, source, said)
    ON CONFLICT (kind, code) DO UPDATE SET source = excluded.source, said = excluded.said, import = excluded.import";

pub(crate) const REMOVE_ROWS: &str = "
    DELETE FROM register_row WHERE (kind, code) IN (SELECT * FROM unnest($1::text[], $2::text[]))";

pub(crate) const ROWS: &str = "SELECT kind, code, source, said FROM register_row ORDER BY kind, code";

pub(crate) const IMPORTS: &str = "
    SELECT number, source, as_at, covers, digest, at, agency, system, report
    FROM register_import WHERE number > $1 ORDER BY number LIMIT $2";

pub(crate) const GENERATIONS: &str = "SELECT id, after, begun_at FROM generation ORDER BY number";

/// For a drill: looks at every head.
pub(crate) const SOMEBODY_SEATED: &str = "
    SELECT incident, agency FROM head JOIN seat USING (incident) ORDER BY revision DESC, agency LIMIT 1";
