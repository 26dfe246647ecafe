-- On which terms rule sets were proposed to be installed: what each may be shown and give, and whether it is used. An
-- install without terms is from before there were any: it has all that it asks for, and is used.
-- A statement here is never edited once released.

CREATE TABLE install_terms (
    install INTEGER PRIMARY KEY REFERENCES install (number),
    terms   TEXT    NOT NULL
) STRICT;

CREATE TRIGGER install_terms_are_append_only_u BEFORE UPDATE ON install_terms
BEGIN SELECT raise(ABORT, 'terms of installs are append-only'); END;

CREATE TRIGGER install_terms_are_append_only_d BEFORE DELETE ON install_terms
BEGIN SELECT raise(ABORT, 'terms of installs are append-only'); END;
