-- What goes out: webhooks, how far each has come, and letters that were handed over. A statement here is never edited once
-- released. Beside the record: no entry is here and none is waiting here, for the record itself is what waits.

-- `said` is the webhook as JSON. Its key goes when it is deleted; the row stays, so that its number is not given again.
CREATE TABLE webhook (
    number  INTEGER PRIMARY KEY CHECK (number >= 1),
    agency  TEXT    NOT NULL,
    said    TEXT    NOT NULL,
    key     TEXT,
    wrapped BLOB,
    request TEXT    NOT NULL,
    body    BLOB    NOT NULL CHECK (length(body) = 32),
    deleted INTEGER,
    CHECK ((key IS NULL) = (wrapped IS NULL) AND (key IS NULL) = (deleted IS NOT NULL)),
    UNIQUE (agency, request)
) STRICT;

CREATE INDEX webhook_by_agency ON webhook (agency, number) WHERE deleted IS NULL;
CREATE INDEX webhook_at_work ON webhook (number) WHERE deleted IS NULL;

CREATE TRIGGER webhook_numbers BEFORE INSERT ON webhook
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM webhook)
BEGIN SELECT raise(ABORT, 'no number of a webhook is given twice'); END;

CREATE TABLE webhook_progress (
    webhook       INTEGER PRIMARY KEY REFERENCES webhook (number),
    revision      INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    away_since    INTEGER,
    dead_in_a_row INTEGER NOT NULL DEFAULT 0,
    delivered     INTEGER NOT NULL DEFAULT 0,
    last_incident TEXT,
    last_seq      INTEGER,
    last_at       INTEGER,
    error         TEXT,
    error_at      INTEGER,
    paused        TEXT,
    paused_at     INTEGER,
    CHECK ((paused IS NULL) = (paused_at IS NULL))
) STRICT;

CREATE TABLE webhook_dead (
    webhook  INTEGER NOT NULL REFERENCES webhook (number),
    incident TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    answer   TEXT    NOT NULL,
    again    INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    PRIMARY KEY (webhook, incident, seq)
) STRICT, WITHOUT ROWID;

-- Letters and e-mails that were handed to GOV.UK Notify. No address and no name is here: a recipient is known by the
-- reference that was made of them.
CREATE TABLE dispatch (
    reference     TEXT    NOT NULL PRIMARY KEY,
    incident      TEXT    NOT NULL,
    communication INTEGER NOT NULL,
    agency        TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    answer        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX dispatch_of ON dispatch (incident, agency, communication);
