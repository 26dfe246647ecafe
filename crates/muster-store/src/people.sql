-- Who the people are, sealed, and the audit of who looked. A statement here is never edited once released.
-- Nothing here can be read without a key file that is kept elsewhere.

-- One key a person, wrapped. Erasing somebody is deleting this row and the one beneath it.
CREATE TABLE person_key (
    incident TEXT    NOT NULL REFERENCES head (incident),
    person   INTEGER NOT NULL CHECK (person >= 1),
    key      TEXT    NOT NULL,
    wrapped  BLOB    NOT NULL CHECK (length(wrapped) = 72),
    PRIMARY KEY (incident, person)
) STRICT;

CREATE INDEX person_key_by_key ON person_key (key);

-- The newest version of who somebody is. What it replaced is gone.
CREATE TABLE sealed_person (
    incident TEXT    NOT NULL,
    person   INTEGER NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1),
    salt     BLOB    NOT NULL CHECK (length(salt) = 16),
    sealed   BLOB    NOT NULL,
    PRIMARY KEY (incident, person),
    FOREIGN KEY (incident, person) REFERENCES person_key (incident, person)
) STRICT;

-- Who was told, or refused, what is to be asked after later. One chain over the whole store.
CREATE TABLE audit (
    number   INTEGER PRIMARY KEY CHECK (number >= 1),
    at       INTEGER NOT NULL,
    incident TEXT    NOT NULL CHECK (length(incident) = 32),
    row      TEXT    NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_by_incident ON audit (incident, number);

CREATE TRIGGER audit_is_append_only_u BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

CREATE TRIGGER audit_is_append_only_d BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

CREATE TRIGGER audit_is_append_only_i BEFORE INSERT ON audit
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
BEGIN SELECT raise(ABORT, 'the audit is append-only: a row goes right behind the last'); END;
