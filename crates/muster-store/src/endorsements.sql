-- The envelopes that came with proposals to install: the signatures are looked at again when a proposal is approved. A
-- proposal without one came without one, or is from before they were kept.
-- A statement here is never edited once released.

CREATE TABLE install_envelope (
    install  INTEGER PRIMARY KEY REFERENCES install (number),
    envelope BLOB    NOT NULL
) STRICT;

CREATE TRIGGER install_envelope_is_append_only_u BEFORE UPDATE ON install_envelope
BEGIN SELECT raise(ABORT, 'envelopes of installs are append-only'); END;

CREATE TRIGGER install_envelope_is_append_only_d BEFORE DELETE ON install_envelope
BEGIN SELECT raise(ABORT, 'envelopes of installs are append-only'); END;
