-- What is known of providers, services, authorities and agencies: not on any record, and changed by imports alone.

CREATE TABLE register_import (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    source TEXT    NOT NULL,
    as_at  TEXT    NOT NULL,
    covers TEXT    NOT NULL,
    digest BLOB    NOT NULL CHECK (length(digest) = 32),
    at     INTEGER NOT NULL,
    agency TEXT    NOT NULL,
    system TEXT    NOT NULL,
    report TEXT    NOT NULL
) STRICT;

CREATE TRIGGER register_import_is_kept_u BEFORE UPDATE ON register_import
BEGIN SELECT raise(ABORT, 'an import is kept as it was'); END;

CREATE TRIGGER register_import_is_kept_d BEFORE DELETE ON register_import
BEGIN SELECT raise(ABORT, 'an import is kept as it was'); END;

CREATE TABLE register_row (
    kind   TEXT    NOT NULL,
    code   TEXT    NOT NULL,
    source TEXT    NOT NULL,
    row    TEXT    NOT NULL,
    import INTEGER NOT NULL REFERENCES register_import (number),
    PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;
