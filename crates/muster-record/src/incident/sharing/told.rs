//! Sharing in lines of English.

use super::{Fact, Sharing, What};
use crate::time::{Instant, uk_day_and_time};

impl What {
    /// What is shared, in words.
    pub fn told(self) -> String {
        match self {
            Self::Entry(seq) => format!("entry {seq}"),
            Self::Person(person) => format!("what is about {person}"),
            Self::Class(class) => format!("what is {class}"),
        }
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Shared(shared) => {
                let (until, review) = (uk_day_and_time(shared.expires_at), uk_day_and_time(shared.review_at));
                format!(
                    "{} shared with {} ({}) until {until}, review by {review}; {} is told: {}",
                    shared.what.told(),
                    shared.with,
                    shared.basis,
                    shared.owner,
                    shared.necessity
                )
            }
            Self::ShareReviewed { share, expires_at, review_at, note } => {
                let (until, review) = (uk_day_and_time(*expires_at), uk_day_and_time(*review_at));
                format!("{share} goes on until {until}, review by {review}: {note}")
            }
            Self::ShareEnded { share, because } => format!("{share} ended: {because}"),
            Self::GlassBroken(broken) => {
                let classes: Vec<&str> = broken.classes.iter().map(|class| class.word()).collect();
                format!(
                    "{} broken ({}) for what is {}, until {}; to be reviewed by {}: {}",
                    broken.glass,
                    broken.emergency,
                    classes.join(", "),
                    uk_day_and_time(broken.until),
                    uk_day_and_time(broken.review_by),
                    broken.reason
                )
            }
            Self::GlassClosed { glass } => format!("{glass} closed"),
            Self::GlassReviewed { glass, finding, note } => format!("{glass} reviewed, {finding}: {note}"),
        }
    }
}

impl Sharing {
    pub(crate) fn lines(&self, at: Instant) -> Vec<String> {
        let shares = self.shares.numbered().filter(|(_, share)| !share.ended && at < share.expires_at);
        let shares = shares.map(|(number, share)| {
            let until = uk_day_and_time(share.expires_at);
            format!("{number} {} with {} until {until}, shared by {}", share.what.told(), share.with, share.by)
        });
        let glasses = self.glasses.numbered().map(|(number, glass)| {
            let open = !glass.closed && at < glass.until;
            let stands =
                if open { format!("open until {}", uk_day_and_time(glass.until)) } else { "closed".to_owned() };
            let review = match glass.reviewed {
                Some(finding) => format!("reviewed: {finding}"),
                None => format!("review due {}", uk_day_and_time(glass.review_by)),
            };
            format!("{number} broken by {}: {stands}, {review}", glass.agency)
        });
        shares.chain(glasses).collect()
    }
}
