-- Rule sets that agencies install themselves: what was proposed, and what became of it. A statement here is never edited
-- once released. In force for an agency is, of each name, what it approved last; nothing runs from a proposal.

CREATE TABLE install (
    number    INTEGER PRIMARY KEY CHECK (number >= 1),
    agency    TEXT    NOT NULL,
    rule_set  TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    component BLOB    NOT NULL REFERENCES component (digest),
    at        INTEGER NOT NULL,
    person    TEXT    NOT NULL,
    system    TEXT    NOT NULL,
    because   TEXT    NOT NULL,
    request   TEXT    NOT NULL,
    body      BLOB    NOT NULL CHECK (length(body) = 32),
    UNIQUE (agency, request)
) STRICT;

CREATE INDEX install_by_agency ON install (agency, number);

-- Numbered in the order in which they were decided, which is the order in which they came into force.
CREATE TABLE install_end (
    number   INTEGER PRIMARY KEY CHECK (number >= 1),
    install  INTEGER NOT NULL UNIQUE REFERENCES install (number),
    approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
    at       INTEGER NOT NULL,
    person   TEXT    NOT NULL,
    system   TEXT    NOT NULL
) STRICT;

CREATE TRIGGER install_is_append_only_u BEFORE UPDATE ON install
BEGIN SELECT raise(ABORT, 'installs are append-only'); END;

CREATE TRIGGER install_is_append_only_d BEFORE DELETE ON install
BEGIN SELECT raise(ABORT, 'installs are append-only'); END;

CREATE TRIGGER install_is_append_only_i BEFORE INSERT ON install
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM install)
  OR EXISTS (SELECT 1 FROM install WHERE agency = NEW.agency AND request = NEW.request)
BEGIN SELECT raise(ABORT, 'installs are append-only: one goes right behind the last'); END;

CREATE TRIGGER install_end_is_append_only_u BEFORE UPDATE ON install_end
BEGIN SELECT raise(ABORT, 'what became of installs is append-only'); END;

CREATE TRIGGER install_end_is_append_only_d BEFORE DELETE ON install_end
BEGIN SELECT raise(ABORT, 'what became of installs is append-only'); END;

CREATE TRIGGER install_end_is_append_only_i BEFORE INSERT ON install_end
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM install_end)
  OR EXISTS (SELECT 1 FROM install_end WHERE install = NEW.install)
BEGIN SELECT raise(ABORT, 'what became of installs is append-only: one goes right behind the last'); END;
