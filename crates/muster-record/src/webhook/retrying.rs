//! What follows an attempt: it was taken, it is tried again later, it is given up, or the webhook rests.
//!
//! A receiver that is away says nothing of the event, so the event waits for it. A receiver that answers something else
//! than "taken" may be at odds with this one event, which must not hold up what comes behind it for ever.

use crate::time::Instant;

/// How patient deliveries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often one event is tried before it is given up, where the receiver answers.
    pub attempts: u32,
    /// Milliseconds before the second attempt; each further wait is twice as long.
    pub first_wait: u64,
    /// The longest wait in milliseconds.
    pub longest_wait: u64,
    /// Milliseconds for which a receiver may be away before its webhook is paused.
    pub away_for: u64,
    /// After how many events given up in a row a webhook is paused.
    pub dead_in_a_row: u32,
}

impl Default for Patience {
    /// Ten attempts within some 17 minutes, and a day for a receiver that is away: a night and the morning after it.
    fn default() -> Self {
        Self {
            attempts: 10,
            first_wait: 2_000,
            longest_wait: 15 * 60 * 1000,
            away_for: 24 * 60 * 60 * 1000,
            dead_in_a_row: 5,
        }
    }
}

/// What stands in the way of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trouble {
    /// How often the next event was tried in vain.
    pub attempts: u32,
    /// Since when the receiver is away, if it is.
    pub away_since: Option<Instant>,
    /// How many events were given up since the last that was taken.
    pub dead_in_a_row: u32,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered,
    /// The receiver is not there, or says that it cannot now: it was not about this event.
    Away(String),
    /// The receiver answered something else than that it took it, or no answer came to its end.
    NotTaken(String),
    /// The receiver says that it is gone for good.
    Gone(String),
}

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The event behind it.
    GoOn,
    /// The same event after so many milliseconds.
    Again {
        /// Milliseconds.
        after: u64,
        /// What stands in the way now.
        trouble: Trouble,
    },
    /// It is given up, and the event behind it is next.
    GiveUp {
        /// What stands in the way now.
        trouble: Trouble,
    },
    /// Given up like the last ones: the webhook is paused behind it.
    GiveUpAndPause(String),
    /// The webhook is paused in front of it.
    Pause(String),
}

/// What an answer's status means.
pub fn judged(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered,
        300..=399 => Outcome::NotTaken(format!("it answered {status}: redirections are not followed")),
        410 => Outcome::Gone("it answered 410: gone".to_owned()),
        429 | 502 | 503 | 504 => Outcome::Away(format!("it answered {status}")),
        _ => Outcome::NotTaken(format!("it answered {status}")),
    }
}

/// Milliseconds to wait after so many attempts.
///
/// They are doubled each time up to the longest, of which a random half is taken off, so that webhooks which failed
/// together do not come back together. `chance` is random.
pub fn wait(patience: &Patience, attempts: u32, chance: u64) -> u64 {
    let doubled = 1_u64.checked_shl(attempts.saturating_sub(1).min(40)).unwrap_or(u64::MAX);
    let whole = patience.first_wait.saturating_mul(doubled).min(patience.longest_wait);
    let half = whole / 2;
    whole.saturating_sub(chance.checked_rem(half.saturating_add(1)).unwrap_or(0))
}

/// What follows an attempt, made at a moment. `before` is what stood in the way before it.
pub fn next(patience: &Patience, before: Trouble, outcome: &Outcome, now: Instant, chance: u64) -> Next {
    let attempts = before.attempts.saturating_add(1);
    match outcome {
        Outcome::Delivered => Next::GoOn,
        Outcome::Gone(why) => Next::Pause(format!("the receiver wants no more: {why}")),
        Outcome::Away(why) => {
            let since = before.away_since.unwrap_or(now);
            let away = u64::try_from(now.signed_duration_since(since).num_milliseconds()).unwrap_or(0);
            if away >= patience.away_for {
                return Next::Pause(format!("the receiver has been away since {}: {why}", since.to_rfc3339()));
            }
            let trouble = Trouble { attempts, away_since: Some(since), ..before };
            Next::Again { after: wait(patience, attempts, chance), trouble }
        }
        Outcome::NotTaken(why) => {
            if attempts < patience.attempts {
                let trouble = Trouble { attempts, away_since: None, ..before };
                return Next::Again { after: wait(patience, attempts, chance), trouble };
            }
            let dead_in_a_row = before.dead_in_a_row.saturating_add(1);
            if dead_in_a_row >= patience.dead_in_a_row {
                return Next::GiveUpAndPause(format!(
                    "{dead_in_a_row} events in a row were not taken, the last: {why}"
                ));
            }
            Next::GiveUp { trouble: Trouble { attempts: 0, away_since: None, dead_in_a_row } }
        }
    }
}
