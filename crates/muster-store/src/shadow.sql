-- What rule sets in shadow made of incidents: digests and counts, beside the record. A statement here is never edited once
-- released. What they would have said is not kept: it can be worked out again from the record.

CREATE TABLE shadow_look (
    number     INTEGER PRIMARY KEY CHECK (number >= 1),
    incident   TEXT    NOT NULL REFERENCES head (incident),
    owner      TEXT    NOT NULL,
    rule_set   TEXT    NOT NULL,
    component  BLOB    NOT NULL REFERENCES component (digest),
    settings   BLOB    NOT NULL CHECK (length(settings) = 32),
    seq        INTEGER NOT NULL,
    as_of      INTEGER NOT NULL,
    situation  BLOB    NOT NULL CHECK (length(situation) = 32),
    fuel_used  INTEGER NOT NULL,
    advice     BLOB    CHECK (length(advice) = 32),
    added      INTEGER,
    revised    INTEGER,
    withdrawn  INTEGER,
    class      TEXT,
    CHECK ((class IS NULL) = (advice IS NOT NULL)),
    CHECK ((advice IS NULL) = (added IS NULL) AND (advice IS NULL) = (revised IS NULL)
           AND (advice IS NULL) = (withdrawn IS NULL))
) STRICT;

CREATE INDEX shadow_look_last ON shadow_look (incident, owner, rule_set, number);
CREATE INDEX shadow_look_of ON shadow_look (owner, rule_set, number);

CREATE TRIGGER shadow_look_is_append_only_u BEFORE UPDATE ON shadow_look
BEGIN SELECT raise(ABORT, 'what shadows made of incidents is append-only'); END;

CREATE TRIGGER shadow_look_is_append_only_d BEFORE DELETE ON shadow_look
BEGIN SELECT raise(ABORT, 'what shadows made of incidents is append-only'); END;

CREATE TRIGGER shadow_look_is_append_only_i BEFORE INSERT ON shadow_look
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM shadow_look)
BEGIN SELECT raise(ABORT, 'what shadows made of incidents is append-only: one goes right behind the last'); END;
