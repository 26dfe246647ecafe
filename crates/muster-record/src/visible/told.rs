//! Why somebody sees an entry or does not, in words that they can act on and that give nothing away.

use super::{Why, WhyNot};

impl Why {
    /// The number of the share or glass that it rests on, where it rests on one.
    pub fn grant(self) -> Option<String> {
        match self {
            Self::Shared(share) => Some(share.to_string()),
            Self::BreakGlass(glass) => Some(glass.to_string()),
            Self::Own | Self::Interest | Self::Residents | Self::Named => None,
        }
    }

    /// Why, in a sentence.
    pub fn told(self) -> String {
        match self {
            Self::Own => "Your agency wrote it.".to_owned(),
            Self::Interest => "Your agency's interest in this incident reaches what is of its class.".to_owned(),
            Self::Residents => "It is about people whom your agency placed.".to_owned(),
            Self::Named => "It was written for your agency by name.".to_owned(),
            Self::Shared(share) => format!("It was shared with your agency ({share})."),
            Self::BreakGlass(glass) => format!("Your agency broke the glass ({glass}); each look is written down."),
        }
    }
}

impl WhyNot {
    /// Why not, in a sentence. It says nothing of the entry: not its class, not for whom it was written.
    pub fn told(self) -> &'static str {
        match self {
            Self::NoSeat => "Your agency has no seat in this incident.",
            Self::Role(_) | Self::Audience | Self::Class(_) => {
                "It is outside what your agency's interest, what your agency is, or your role reaches. Ask the agency \
                 that leads to share it; in an emergency break the glass."
            }
        }
    }
}
