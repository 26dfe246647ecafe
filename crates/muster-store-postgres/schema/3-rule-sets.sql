-- Rule sets: components and settings by digest, what agencies set and installed, and what shadows made of incidents.
-- A statement here is never edited once released.

CREATE TABLE component (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    name   text  NOT NULL,
    bytes  bytea NOT NULL
);

CREATE TABLE settings (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    text   text  NOT NULL
);

CREATE TABLE settings_change (
    number   bigint PRIMARY KEY,
    agency   text   COLLATE "C" NOT NULL,
    rule_set text   COLLATE "C" NOT NULL,
    settings bytea  NOT NULL REFERENCES settings (digest),
    at       bigint NOT NULL,
    system   text   NOT NULL,
    because  text   NOT NULL,
    request  text   COLLATE "C" NOT NULL,
    body     bytea  NOT NULL CHECK (length(body) = 32),
    outcome  text   NOT NULL,
    UNIQUE (agency, request)
);

CREATE INDEX settings_change_newest ON settings_change (agency, rule_set, number);

CREATE TRIGGER settings_change_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settings_change
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('changes of settings are append-only');

-- For tables whose rows are numbered without a gap. Whoever writes one locks the table first.
CREATE FUNCTION muster_number_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    EXECUTE format('SELECT coalesce(max(number), 0) FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last;
    IF NEW.number <> last + 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER settings_change_follows BEFORE INSERT ON settings_change
FOR EACH ROW EXECUTE FUNCTION muster_number_follows('changes of settings are append-only: one goes right behind the last');

CREATE TABLE install (
    number    bigint PRIMARY KEY CHECK (number >= 1),
    agency    text   COLLATE "C" NOT NULL,
    rule_set  text   COLLATE "C" NOT NULL,
    version   text   NOT NULL,
    component bytea  NOT NULL REFERENCES component (digest),
    at        bigint NOT NULL,
    person    text   NOT NULL,
    system    text   NOT NULL,
    because   text   NOT NULL,
    request   text   COLLATE "C" NOT NULL,
    body      bytea  NOT NULL CHECK (length(body) = 32),
    terms     text   NOT NULL,
    envelope  bytea,
    UNIQUE (agency, request)
);

CREATE INDEX install_by_agency ON install (agency, number);

CREATE TRIGGER install_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON install
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('installs are append-only');
CREATE TRIGGER install_follows BEFORE INSERT ON install
FOR EACH ROW EXECUTE FUNCTION muster_number_follows('installs are append-only: one goes right behind the last');

-- Numbered in the order in which they were decided, which is the order in which they came into force.
CREATE TABLE install_end (
    number   bigint  PRIMARY KEY CHECK (number >= 1),
    install  bigint  NOT NULL UNIQUE REFERENCES install (number),
    approved boolean NOT NULL,
    at       bigint  NOT NULL,
    person   text    NOT NULL,
    system   text    NOT NULL
);

CREATE TRIGGER install_end_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON install_end
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('what became of installs is append-only');
CREATE TRIGGER install_end_follows BEFORE INSERT ON install_end
FOR EACH ROW EXECUTE FUNCTION muster_number_follows('what became of installs is append-only: one goes right behind the last');

CREATE TABLE shadow_look (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident   text   COLLATE "C" NOT NULL REFERENCES head (incident),
    owner      text   COLLATE "C" NOT NULL,
    rule_set   text   COLLATE "C" NOT NULL,
    component  bytea  NOT NULL REFERENCES component (digest),
    settings   bytea  NOT NULL CHECK (length(settings) = 32),
    seq        bigint NOT NULL,
    as_of      bigint NOT NULL,
    situation  bytea  NOT NULL CHECK (length(situation) = 32),
    fuel_used  bigint NOT NULL,
    advice     bytea  CHECK (length(advice) = 32),
    added      bigint,
    revised    bigint,
    withdrawn  bigint,
    class      text,
    CHECK ((class IS NULL) = (advice IS NOT NULL)),
    CHECK ((advice IS NULL) = (added IS NULL) AND (advice IS NULL) = (revised IS NULL)
           AND (advice IS NULL) = (withdrawn IS NULL))
);

CREATE INDEX shadow_look_last ON shadow_look (incident, owner, rule_set, number);
CREATE INDEX shadow_look_of ON shadow_look (owner, rule_set, number);

CREATE TRIGGER shadow_look_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shadow_look
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('what shadows made of incidents is append-only');
