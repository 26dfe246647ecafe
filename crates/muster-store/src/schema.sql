-- Version 1. A statement here is never edited once released: a later version is a new file.

CREATE TABLE meta (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    store_id BLOB NOT NULL CHECK (length(store_id) = 16)
) STRICT;

-- The record. `place` counts entries and `revision` counts change sets, both over the whole store.
CREATE TABLE entry (
    place       INTEGER PRIMARY KEY,
    revision    INTEGER NOT NULL CHECK (revision >= 1),
    incident    TEXT    NOT NULL CHECK (length(incident) = 32),
    seq         INTEGER NOT NULL CHECK (seq >= 1),
    recorded_at INTEGER NOT NULL,
    envelope    TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    salt        BLOB    NOT NULL CHECK (length(salt) = 16),
    commitment  BLOB    NOT NULL CHECK (length(commitment) = 32),
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    UNIQUE (incident, seq)
) STRICT;

CREATE INDEX entry_by_revision ON entry (revision, seq);

CREATE TRIGGER entry_is_append_only_u BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'the record is append-only'); END;

CREATE TRIGGER entry_is_append_only_d BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'the record is append-only'); END;

-- REPLACE deletes without asking the trigger above unless the connection has set recursive_triggers.
-- This one stops it on every connection, and holds the numbers gapless.
CREATE TRIGGER entry_is_append_only_i BEFORE INSERT ON entry
WHEN NEW.place IS NOT (SELECT coalesce(max(place), 0) + 1 FROM entry)
  OR NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE incident = NEW.incident)
  OR NEW.revision - (SELECT coalesce(max(revision), 0) FROM entry) NOT IN (0, 1)
BEGIN SELECT raise(ABORT, 'the record is append-only: an entry goes right behind the last'); END;

-- Where each record ends, for lists, and how far rule sets have looked. Derived, but for the looking.
CREATE TABLE head (
    incident      TEXT    NOT NULL PRIMARY KEY,
    seq           INTEGER NOT NULL,
    hash          BLOB    NOT NULL CHECK (length(hash) = 32),
    recorded_at   INTEGER NOT NULL,
    exercise      INTEGER NOT NULL CHECK (exercise IN (0, 1)),
    closed        INTEGER NOT NULL CHECK (closed IN (0, 1)),
    summary       TEXT    NOT NULL,
    revision      INTEGER NOT NULL,
    looked        INTEGER NOT NULL DEFAULT 0,
    look_again_at INTEGER
) STRICT;

CREATE INDEX head_behind ON head (incident) WHERE closed = 0 AND looked < seq;

CREATE INDEX head_look_again ON head (look_again_at) WHERE closed = 0 AND look_again_at IS NOT NULL;

CREATE TABLE seat (
    agency   TEXT NOT NULL,
    incident TEXT NOT NULL REFERENCES head (incident),
    PRIMARY KEY (agency, incident)
) STRICT, WITHOUT ROWID;

CREATE INDEX seat_by_incident ON seat (incident);

CREATE TABLE request (
    agency   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    body     BLOB    NOT NULL CHECK (length(body) = 32),
    incident TEXT    NOT NULL REFERENCES head (incident),
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (agency, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER request_is_append_only_u BEFORE UPDATE ON request
BEGIN SELECT raise(ABORT, 'a request is answered once'); END;

CREATE TRIGGER request_is_append_only_d BEFORE DELETE ON request
BEGIN SELECT raise(ABORT, 'a request is answered once'); END;

CREATE TRIGGER request_is_append_only_i BEFORE INSERT ON request
WHEN EXISTS (SELECT 1 FROM request WHERE agency = NEW.agency AND id = NEW.id)
BEGIN SELECT raise(ABORT, 'a request is answered once'); END;

CREATE TABLE snapshot (
    incident TEXT    NOT NULL REFERENCES head (incident),
    seq      INTEGER NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    version  INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    UNIQUE (incident, seq)
) STRICT;

CREATE TABLE component (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    name   TEXT NOT NULL,
    bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE settings (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    text   TEXT NOT NULL
) STRICT;
