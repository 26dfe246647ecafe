//! Facts: what can have happened, one family a file under `incident/`.

use serde::{Deserialize, Serialize};

use crate::entry::Class;
use crate::incident::{
    actions, advising, answers, clocks, communications, decisions, escalation, lifecycle, log, meetings, offers,
    participants, people, restrictions, review, sharing,
};
use crate::words::words;

/// Makes the enum of families, for facts and for commands alike.
macro_rules! families {
    ($(#[$doc:meta])* $type:ident from $part:ident: $($family:ident = $module:ident / $word:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "family")]
        pub enum $type {
            $(
                #[doc = concat!("Of the family `", $word, "`.")]
                #[serde(rename = $word)]
                $family($module::$part),
            )+
        }

        impl $type {
            /// The family that it is of.
            pub fn family(&self) -> $crate::fact::Family {
                match self {
                    $(Self::$family(_) => $crate::fact::Family::$family,)+
                }
            }
        }

        $(
            impl From<$module::$part> for $type {
                fn from(part: $module::$part) -> Self {
                    Self::$family(part)
                }
            }
        )+
    };
}
pub(crate) use families;

words! {
    /// The families of facts and of commands, by the word that stands first in what is kept of them.
    Family {
        /// How an incident opens, moves on and closes.
        Lifecycle = "lifecycle",
        /// Notes and corrections.
        Log = "log",
        /// Clocks.
        Clocks = "clocks",
        /// Seats and offices.
        Participants = "participants",
        /// Questions that were answered.
        Answers = "answers",
        /// People.
        People = "people",
        /// Actions.
        Actions = "actions",
        /// Recommendations and decisions.
        Decisions = "decisions",
        /// Meetings.
        Meetings = "meetings",
        /// Letters, briefings and statements.
        Communications = "communications",
        /// Restrictions on a service.
        Restrictions = "restrictions",
        /// Beds, vehicles and staff that are offered.
        Offers = "offers",
        /// What rule sets advised, and what became of it.
        Advice = "advice",
        /// Escalation.
        Escalation = "escalation",
        /// Checks afterwards, lessons and reports.
        Review = "review",
        /// Shares and glasses.
        Sharing = "sharing",
    }
}

families! {
    /// Something that happened, in the past tense.
    Fact from Fact:
    Lifecycle = lifecycle / "lifecycle",
    Log = log / "log",
    Clocks = clocks / "clocks",
    Participants = participants / "participants",
    Answers = answers / "answers",
    People = people / "people",
    Actions = actions / "actions",
    Decisions = decisions / "decisions",
    Meetings = meetings / "meetings",
    Communications = communications / "communications",
    Restrictions = restrictions / "restrictions",
    Offers = offers / "offers",
    Advice = advising / "advice",
    Escalation = escalation / "escalation",
    Review = review / "review",
    Sharing = sharing / "sharing",
}

impl Fact {
    /// The fact in a line of English, as a loggist would write it.
    pub fn told(&self) -> String {
        match self {
            Self::Lifecycle(fact) => fact.told(),
            Self::Log(fact) => fact.told(),
            Self::Clocks(fact) => fact.told(),
            Self::Participants(fact) => fact.told(),
            Self::Answers(fact) => fact.told(),
            Self::People(fact) => fact.told(),
            Self::Actions(fact) => fact.told(),
            Self::Decisions(fact) => fact.told(),
            Self::Meetings(fact) => fact.told(),
            Self::Communications(fact) => fact.told(),
            Self::Restrictions(fact) => fact.told(),
            Self::Offers(fact) => fact.told(),
            Self::Advice(fact) => fact.told(),
            Self::Escalation(fact) => fact.told(),
            Self::Review(fact) => fact.told(),
            Self::Sharing(fact) => fact.told(),
        }
    }

    /// What sort of information the fact holds.
    pub fn class(&self) -> Class {
        match self {
            Self::People(_) | Self::Review(review::Fact::WellbeingDue { .. } | review::Fact::WellbeingDone { .. }) => {
                Class::Personal
            }
            Self::Lifecycle(_)
            | Self::Log(_)
            | Self::Clocks(_)
            | Self::Participants(_)
            | Self::Answers(_)
            | Self::Actions(_)
            | Self::Decisions(_)
            | Self::Meetings(_)
            | Self::Communications(_)
            | Self::Restrictions(_)
            | Self::Offers(_)
            | Self::Advice(_)
            | Self::Escalation(_)
            | Self::Review(_)
            | Self::Sharing(_) => Class::Operational,
        }
    }

    /// Whether rule sets should look again after it: all but what rule sets themselves wrote, and who a person is,
    /// which no rule set is shown.
    pub fn changes_the_situation(&self) -> bool {
        !matches!(
            self,
            Self::Advice(advising::Fact::Changed(_) | advising::Fact::EvaluationFailed { .. })
                | Self::People(people::Fact::IdentitySealed { .. } | people::Fact::IdentityErased { .. })
        )
    }
}
