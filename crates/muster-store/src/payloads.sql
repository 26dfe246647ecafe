-- What entries say of people, sealed apart from them, one key an entry. A statement here is never edited once released.
-- The entry itself holds the digest of the sealed bytes in place of its payload. Nothing here can be read without a key
-- file that is kept elsewhere. Erasing is deleting the row: the entry stays as it was.

CREATE TABLE sealed_payload (
    incident TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    wrapped  BLOB    NOT NULL CHECK (length(wrapped) = 72),
    sealed   BLOB    NOT NULL,
    PRIMARY KEY (incident, seq),
    FOREIGN KEY (incident, seq) REFERENCES entry (incident, seq)
) STRICT;

CREATE INDEX sealed_payload_by_key ON sealed_payload (key);

CREATE TRIGGER sealed_payload_stays_u BEFORE UPDATE OF incident, seq, sealed ON sealed_payload
BEGIN SELECT raise(ABORT, 'what an entry says is never changed'); END;

-- It comes with its entry, right behind it, and never comes back.
CREATE TRIGGER sealed_payload_stays_i BEFORE INSERT ON sealed_payload
WHEN NEW.seq IS NOT (SELECT max(seq) FROM entry WHERE incident = NEW.incident)
  OR EXISTS (SELECT 1 FROM sealed_payload WHERE incident = NEW.incident AND seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'what an entry says comes with it, and never comes back'); END;

-- A snapshot holds what entries say: it is sealed as they are, and goes when one of them is erased. The table of those
-- that were not sealed stays empty from now on.
DELETE FROM snapshot;

CREATE TABLE sealed_snapshot (
    incident TEXT    NOT NULL REFERENCES head (incident),
    seq      INTEGER NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    version  INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    wrapped  BLOB    NOT NULL CHECK (length(wrapped) = 72),
    sealed   BLOB    NOT NULL,
    UNIQUE (incident, seq)
) STRICT;
