-- Each time the store was put back from a backup. A statement here is never edited once released.

-- A generation begins where a backup ends. What an earlier one wrote behind `after` is not here.
CREATE TABLE generation (
    number   INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    after    INTEGER NOT NULL CHECK (after >= 0),
    begun_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER generation_is_append_only_u BEFORE UPDATE ON generation
BEGIN SELECT raise(ABORT, 'what was restored was restored'); END;

CREATE TRIGGER generation_is_append_only_d BEFORE DELETE ON generation
BEGIN SELECT raise(ABORT, 'what was restored was restored'); END;

CREATE TRIGGER generation_is_append_only_i BEFORE INSERT ON generation
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM generation)
  OR NEW.after < (SELECT coalesce(max(after), 0) FROM generation)
BEGIN SELECT raise(ABORT, 'a generation begins behind the last'); END;
