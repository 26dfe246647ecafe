-- The register, and what goes out: beside the records. A statement here is never edited once released.

CREATE TABLE register_import (
    number bigint PRIMARY KEY CHECK (number > 0),
    source text   NOT NULL,
    as_at  text   NOT NULL,
    covers text   NOT NULL,
    digest bytea  NOT NULL CHECK (length(digest) = 32),
    at     bigint NOT NULL,
    agency text   NOT NULL,
    system text   NOT NULL,
    report text   NOT NULL
);

CREATE TRIGGER register_import_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON register_import
FOR EACH STATEMENT EXECUTE FUNCTION muster_is_kept('an import is kept as it was');

CREATE TABLE register_row (
    kind   text   COLLATE "C" NOT NULL,
    code   text   COLLATE "C" NOT NULL,
    source text   NOT NULL,
    said   text   NOT NULL,
    import bigint NOT NULL REFERENCES register_import (number),
    PRIMARY KEY (kind, code)
);

-- `said` is the webhook as JSON. Its key goes when it is deleted; the row stays, so that its number is not given again.
CREATE TABLE webhook (
    number  bigint PRIMARY KEY CHECK (number >= 1),
    agency  text   COLLATE "C" NOT NULL,
    said    text   NOT NULL,
    key     text,
    wrapped bytea,
    request text   COLLATE "C" NOT NULL,
    body    bytea  NOT NULL CHECK (length(body) = 32),
    deleted bigint,
    CHECK ((key IS NULL) = (wrapped IS NULL) AND (key IS NULL) = (deleted IS NOT NULL)),
    UNIQUE (agency, request)
);

CREATE INDEX webhook_by_agency ON webhook (agency, number) WHERE deleted IS NULL;
CREATE INDEX webhook_at_work ON webhook (number) WHERE deleted IS NULL;

CREATE TRIGGER webhook_numbers BEFORE INSERT ON webhook
FOR EACH ROW EXECUTE FUNCTION muster_number_follows('no number of a webhook is given twice');

CREATE TABLE webhook_progress (
    webhook       bigint PRIMARY KEY REFERENCES webhook (number),
    revision      bigint NOT NULL,
    seq           bigint NOT NULL,
    attempts      bigint NOT NULL DEFAULT 0,
    away_since    bigint,
    dead_in_a_row bigint NOT NULL DEFAULT 0,
    delivered     bigint NOT NULL DEFAULT 0,
    last_incident text,
    last_seq      bigint,
    last_at       bigint,
    error         text,
    error_at      bigint,
    paused        text,
    paused_at     bigint,
    CHECK ((paused IS NULL) = (paused_at IS NULL))
);

CREATE TABLE webhook_dead (
    webhook  bigint  NOT NULL REFERENCES webhook (number),
    incident text    COLLATE "C" NOT NULL,
    seq      bigint  NOT NULL,
    revision bigint  NOT NULL,
    attempts bigint  NOT NULL,
    at       bigint  NOT NULL,
    answer   text    NOT NULL,
    again    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (webhook, incident, seq)
);

CREATE TABLE dispatch (
    reference     text   COLLATE "C" PRIMARY KEY,
    incident      text   COLLATE "C" NOT NULL,
    communication bigint NOT NULL,
    agency        text   COLLATE "C" NOT NULL,
    channel       text   NOT NULL,
    at            bigint NOT NULL,
    state         text   NOT NULL,
    id            text   NOT NULL,
    answer        text   NOT NULL
);

CREATE INDEX dispatch_of ON dispatch (incident, agency, communication);
