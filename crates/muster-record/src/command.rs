//! Commands: what can be asked for, in the imperative, one family a file under `incident/`.

use serde::{Deserialize, Serialize};

use crate::fact::families;
use crate::incident::{
    actions, advising, answers, clocks, communications, decisions, escalation, lifecycle, log, meetings, offers,
    participants, people, restrictions, review, sharing,
};

families! {
    /// Something asked for. It may be refused.
    Command from Command:
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
