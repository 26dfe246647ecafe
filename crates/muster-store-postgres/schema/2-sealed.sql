-- Who the people are and what entries say of them, sealed; and the audit of who looked. Nothing here can be read without a
-- key file that is kept elsewhere. A statement here is never edited once released.

CREATE TABLE person_key (
    incident text   COLLATE "C" NOT NULL REFERENCES head (incident),
    person   bigint NOT NULL CHECK (person >= 1),
    key      text   NOT NULL,
    wrapped  bytea  NOT NULL CHECK (length(wrapped) = 72),
    PRIMARY KEY (incident, person)
);

CREATE INDEX person_key_by_key ON person_key (key);

CREATE TABLE sealed_person (
    incident text   COLLATE "C" NOT NULL,
    person   bigint NOT NULL,
    version  bigint NOT NULL CHECK (version >= 1),
    salt     bytea  NOT NULL CHECK (length(salt) = 16),
    sealed   bytea  NOT NULL,
    PRIMARY KEY (incident, person),
    FOREIGN KEY (incident, person) REFERENCES person_key (incident, person)
);

CREATE TABLE sealed_payload (
    incident text   COLLATE "C" NOT NULL,
    seq      bigint NOT NULL,
    key      text   NOT NULL,
    wrapped  bytea  NOT NULL CHECK (length(wrapped) = 72),
    sealed   bytea  NOT NULL,
    PRIMARY KEY (incident, seq),
    FOREIGN KEY (incident, seq) REFERENCES entry (incident, seq)
);

CREATE INDEX sealed_payload_by_key ON sealed_payload (key);

CREATE TRIGGER sealed_payload_stays BEFORE UPDATE OF incident, seq, sealed OR TRUNCATE ON sealed_payload
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('what an entry says is never changed');

-- It comes with its entry, in the same transaction, and never comes back.
CREATE FUNCTION muster_comes_with_its_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM entry WHERE incident = NEW.incident AND seq = NEW.seq
                   AND entry.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'what an entry says comes with it, and never comes back';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER sealed_payload_comes_with_its_entry BEFORE INSERT ON sealed_payload
FOR EACH ROW EXECUTE FUNCTION muster_comes_with_its_entry();

-- Who was told, or refused, what is to be asked after later. One chain over the whole store; its end is locked by whoever
-- writes a row.
CREATE TABLE audit (
    number   bigint PRIMARY KEY CHECK (number >= 1),
    at       bigint NOT NULL,
    incident text   COLLATE "C" NOT NULL CHECK (length(incident) = 32),
    said     text   NOT NULL,
    hash     bytea  NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX audit_by_incident ON audit (incident, number);

CREATE TABLE audit_end (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint  NOT NULL,
    hash   bytea   NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO audit_end (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('the audit is append-only');

CREATE FUNCTION muster_audit_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'the audit is append-only: a row goes right behind the last';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_follows BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION muster_audit_follows();
