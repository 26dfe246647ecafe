-- The records, and what is derived from them. A statement here is never edited once released: a later version is a new
-- file. Names are compared by their bytes, so that their order is that of every other store.

CREATE TABLE meta (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    store_id bytea   NOT NULL CHECK (length(store_id) = 16)
);

CREATE FUNCTION muster_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_ARGV[0];
END $$;

-- `revision` counts change sets over the whole store, in the order in which they were drawn: decision 0053.
CREATE SEQUENCE revision AS bigint MINVALUE 1 CACHE 1 NO CYCLE;

-- Up to where a server saw that nothing can be put between any more, so that the next to start need not look further back.
CREATE TABLE settled (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    revision bigint  NOT NULL
);
INSERT INTO settled (revision) VALUES (0);

CREATE TABLE entry (
    incident    text   COLLATE "C" NOT NULL CHECK (length(incident) = 32),
    seq         bigint NOT NULL CHECK (seq >= 1),
    revision    bigint NOT NULL CHECK (revision >= 1),
    recorded_at bigint NOT NULL,
    envelope    text   NOT NULL,
    payload     text   NOT NULL,
    salt        bytea  NOT NULL CHECK (length(salt) = 16),
    commitment  bytea  NOT NULL CHECK (length(commitment) = 32),
    hash        bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (incident, seq)
);

CREATE INDEX entry_by_revision ON entry (revision, seq);

CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('the record is append-only');

-- An entry goes right behind the last of its record, and in no change set before that one's.
CREATE FUNCTION muster_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT seq, revision INTO last FROM entry WHERE incident = NEW.incident ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.revision < coalesce(last.revision, 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'the record is append-only: an entry goes right behind the last';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entry_follows BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION muster_entry_follows();

-- Where each record ends, for lists, and how far rule sets have looked. Derived, but for the looking. Whoever appends to
-- a record holds its row here until the transaction ends.
CREATE TABLE head (
    incident      text    COLLATE "C" PRIMARY KEY,
    seq           bigint  NOT NULL,
    hash          bytea   NOT NULL CHECK (length(hash) = 32),
    recorded_at   bigint  NOT NULL,
    exercise      boolean NOT NULL,
    closed        boolean NOT NULL,
    summary       text    NOT NULL,
    revision      bigint  NOT NULL,
    looked        bigint  NOT NULL DEFAULT 0,
    look_again_at bigint
);

CREATE INDEX head_behind ON head (incident) WHERE NOT closed AND looked < seq;
CREATE INDEX head_look_again ON head (look_again_at) WHERE NOT closed AND look_again_at IS NOT NULL;

CREATE TABLE seat (
    agency   text COLLATE "C" NOT NULL,
    incident text COLLATE "C" NOT NULL REFERENCES head (incident),
    PRIMARY KEY (agency, incident)
);

CREATE INDEX seat_by_incident ON seat (incident);

CREATE TABLE request (
    agency   text   COLLATE "C" NOT NULL,
    id       text   COLLATE "C" NOT NULL,
    body     bytea  NOT NULL CHECK (length(body) = 32),
    incident text   COLLATE "C" NOT NULL REFERENCES head (incident),
    first    bigint NOT NULL,
    last     bigint NOT NULL,
    at       bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (agency, id)
);

CREATE TRIGGER request_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON request
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('a request is answered once');

CREATE TABLE sealed_snapshot (
    incident text   COLLATE "C" NOT NULL REFERENCES head (incident),
    seq      bigint NOT NULL,
    hash     bytea  NOT NULL CHECK (length(hash) = 32),
    version  bigint NOT NULL,
    key      text   NOT NULL,
    wrapped  bytea  NOT NULL CHECK (length(wrapped) = 72),
    sealed   bytea  NOT NULL,
    PRIMARY KEY (incident, seq)
);

-- Each time the store was put back from a backup. What an earlier generation wrote behind `after` is not here.
CREATE TABLE generation (
    number   bigint PRIMARY KEY,
    id       bytea  NOT NULL UNIQUE CHECK (length(id) = 16),
    after    bigint NOT NULL CHECK (after >= 0),
    begun_at bigint NOT NULL
);

CREATE TRIGGER generation_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON generation
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('what was restored was restored');
