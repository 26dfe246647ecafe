//! Statements over what goes out.

pub(crate) const LAST_WEBHOOK: &str = "SELECT coalesce(max(number), 0) FROM webhook";

pub(crate) const LOCK_WEBHOOKS: &str = "LOCK TABLE webhook IN SHARE ROW EXCLUSIVE MODE";

pub(crate) const PUT_WEBHOOK: &str = "
    INSERT INTO webhook (number, agency, said, key, wrapped, request, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub(crate) const BEGIN_WEBHOOK: &str = "INSERT INTO webhook_progress (webhook, revision, seq) VALUES ($1, $2, $3)";

pub(crate) const DELETE_WEBHOOK: &str =
    "UPDATE webhook SET key = NULL, wrapped = NULL, deleted = $2 WHERE number = $1 AND deleted IS NULL";

pub(crate) const REWRAP_WEBHOOK: &str =
    "UPDATE webhook SET key = $2, wrapped = $3 WHERE number = $1 AND deleted IS NULL";

pub(crate) const PAUSE_WEBHOOK: &str = "
    UPDATE webhook_progress SET paused = $2, paused_at = $3 WHERE webhook = $1 AND paused IS NULL";

pub(crate) const RESUME_WEBHOOK: &str = "
    UPDATE webhook_progress
    SET paused = NULL, paused_at = NULL, attempts = 0, away_since = NULL, dead_in_a_row = 0 WHERE webhook = $1";

pub(crate) const NOTE_WEBHOOK: &str = "
    UPDATE webhook_progress
    SET revision = $2, seq = $3, attempts = $4, away_since = $5, dead_in_a_row = $6, delivered = $7, last_incident = $8,
        last_seq = $9, last_at = $10, error = $11, error_at = $12
    WHERE webhook = $1";

pub(crate) const PUT_DEAD: &str = "
    INSERT INTO webhook_dead (webhook, incident, seq, revision, attempts, at, answer, again)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (webhook, incident, seq) DO UPDATE
    SET attempts = excluded.attempts, at = excluded.at, answer = excluded.answer, again = excluded.again";

pub(crate) const DROP_DEAD: &str = "DELETE FROM webhook_dead WHERE webhook = $1 AND incident = $2 AND seq = $3";

pub(crate) const DROP_ALL_DEAD: &str = "DELETE FROM webhook_dead WHERE webhook = $1";

/// One of them, or all.
pub(crate) const DEAD_AGAIN: &str = "
    UPDATE webhook_dead SET again = true WHERE webhook = $1 AND ($2::text IS NULL OR (incident = $2 AND seq = $3))";

pub(crate) const DEAD: &str = "
    SELECT webhook, incident, seq, revision, attempts, at, answer, again
    FROM webhook_dead WHERE webhook = $1 ORDER BY at, incident, seq LIMIT $2";

pub(crate) const NEXT_DEAD: &str = "
    SELECT webhook, incident, seq, revision, attempts, at, answer, again
    FROM webhook_dead WHERE webhook = $1 AND again = true ORDER BY at, incident, seq LIMIT 1";

pub(crate) const COUNT_DEAD: &str = "SELECT count(*) FROM webhook_dead WHERE webhook = $1";

macro_rules! webhooks {
    ($rest:literal) => {
        concat!(
            "SELECT said, key, wrapped, revision, seq, attempts, away_since, dead_in_a_row, delivered, last_incident,
                    last_seq, last_at, error, error_at, paused, paused_at, body
             FROM webhook JOIN webhook_progress ON webhook = number ",
            $rest
        )
    };
}

pub(crate) const WEBHOOKS: &str = webhooks!("WHERE deleted IS NULL AND agency = $1 ORDER BY number");

pub(crate) const ALL_WEBHOOKS: &str = webhooks!("WHERE deleted IS NULL ORDER BY number");

pub(crate) const WEBHOOK: &str = webhooks!("WHERE deleted IS NULL AND number = $1");

pub(crate) const WEBHOOK_ASKED: &str = webhooks!("WHERE deleted IS NULL AND agency = $1 AND request = $2");

pub(crate) const WEBHOOK_REQUESTED: &str = "SELECT body FROM webhook WHERE agency = $1 AND request = $2";

/// Entries of incidents in which the agency has a seat, behind a place, and no more than so many.
pub(crate) const WAITING: &str = "
    SELECT count(*) FROM (
        SELECT 1 FROM entry JOIN seat ON seat.incident = entry.incident
        WHERE entry.revision >= $2 AND NOT (entry.revision = $2 AND entry.seq <= $3)
          AND seat.agency = $1 AND ($4::text IS NULL OR entry.incident = $4)
          AND entry.revision <= $6
        LIMIT $5) AS waiting";

pub(crate) const PUT_DISPATCH: &str = "
    INSERT INTO dispatch (reference, incident, communication, agency, channel, at, state, id, answer)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (reference) DO UPDATE
    SET at = excluded.at, state = excluded.state, id = excluded.id, answer = excluded.answer";

macro_rules! dispatches {
    ($rest:literal) => {
        concat!(
            "SELECT reference, incident, communication, agency, channel, at, state, id, answer FROM dispatch ",
            $rest
        )
    };
}

pub(crate) const DISPATCH: &str = dispatches!("WHERE reference = $1");

pub(crate) const DISPATCHES: &str =
    dispatches!("WHERE incident = $1 AND agency = $2 ORDER BY communication, at, reference");
