//! Purposes: what a call is made for, which bounds it and is kept with it.

use super::{Reach, Right};
use crate::entry::Class;
use crate::words::words;

words! {
    /// What a call is made for. It never widens what a role reaches.
    Purpose {
        /// Looking after the people concerned.
        DirectCare = "direct-care",
        /// Handling the incident.
        Coordination = "coordination",
        /// Watching over how it is handled.
        Oversight = "oversight",
        /// Telling people.
        Communication = "communication",
        /// Looking at who looked at what.
        Audit = "audit",
        /// Practising: a rehearsal has no business with anybody's name.
        Rehearsal = "rehearsal",
        /// Keeping the server, its register, its rule sets and its feeds.
        Administration = "administration",
    }
}

impl Purpose {
    /// How far this purpose reaches.
    pub fn reach(self) -> Reach {
        use Class::{Commercial, Health, Legal, Operational, Personal, Safeguarding};
        use Right::{
            Administer, Audit, BreakGlass, ChangeSettings, Erase, Identify, InstallRuleSets, MaintainRegister, Read,
            SendOut, Share, Write,
        };
        match self {
            Self::DirectCare => {
                Reach::of(&[Operational, Personal, Health, Safeguarding], &[Read, Write, Identify, Share, BreakGlass])
            }
            Self::Coordination => Reach::of(Class::ALL, &[Read, Write, Identify, Share, BreakGlass, SendOut]),
            Self::Oversight => Reach::of(&[Operational, Safeguarding, Commercial, Legal], &[Read, Write, Share]),
            Self::Communication => Reach::of(&[Operational], &[Read, Write]),
            Self::Audit => Reach::of(Class::ALL, &[Read, Identify, Erase, Audit]),
            Self::Rehearsal => {
                Reach::of(&[Operational, Personal, Health, Safeguarding, Commercial], &[Read, Write, Share])
            }
            Self::Administration => Reach::of(
                &[Operational],
                &[Read, Write, InstallRuleSets, ChangeSettings, MaintainRegister, SendOut, Administer],
            ),
        }
    }
}
