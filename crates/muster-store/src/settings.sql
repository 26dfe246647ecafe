-- Version 2: settings of rule sets that agencies changed, newest last. A statement here is never edited once released.
-- What is in force for an agency is its newest change; who changed it, when and why stays.

CREATE TABLE settings_change (
    number   INTEGER PRIMARY KEY,
    agency   TEXT    NOT NULL,
    rule_set TEXT    NOT NULL,
    settings BLOB    NOT NULL REFERENCES settings (digest),
    at       INTEGER NOT NULL,
    system   TEXT    NOT NULL,
    because  TEXT    NOT NULL,
    request  TEXT    NOT NULL,
    body     BLOB    NOT NULL CHECK (length(body) = 32),
    outcome  TEXT    NOT NULL,
    UNIQUE (agency, request)
) STRICT;

CREATE INDEX settings_change_newest ON settings_change (agency, rule_set, number);

CREATE TRIGGER settings_change_is_append_only_u BEFORE UPDATE ON settings_change
BEGIN SELECT raise(ABORT, 'changes of settings are append-only'); END;

CREATE TRIGGER settings_change_is_append_only_d BEFORE DELETE ON settings_change
BEGIN SELECT raise(ABORT, 'changes of settings are append-only'); END;

CREATE TRIGGER settings_change_is_append_only_i BEFORE INSERT ON settings_change
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM settings_change)
  OR EXISTS (SELECT 1 FROM settings_change WHERE agency = NEW.agency AND request = NEW.request)
BEGIN SELECT raise(ABORT, 'changes of settings are append-only: one goes right behind the last'); END;
