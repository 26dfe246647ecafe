//! Roles: what a person or a system is trusted with, wherever its agency has a seat.

use super::{Purpose, Reach, Right};
use crate::entry::Class;
use crate::words::words;

words! {
    /// A role, as a provider of identities or the registry of systems gives it.
    Role {
        /// Leads an incident for the lead agency.
        IncidentLead = "incident-lead",
        /// Leads for an agency that takes part.
        AgencyLead = "agency-lead",
        /// Works with the people concerned: a social worker, a reviewing officer.
        Practitioner = "practitioner",
        /// Works with the people concerned as a clinician: a nurse of the health commissioner.
        Clinical = "clinical",
        /// Watches for the regulator. Enforcement and risk are its business, the health of a person is not.
        RegulatorObserver = "regulator-observer",
        /// Coordinates for a region, which works in figures.
        RegionalLead = "regional-lead",
        /// Speaks to families, staff and the press.
        Comms = "comms",
        /// Keeps the agency's rule sets and their settings.
        RuleSetOperator = "rule-set-operator",
        /// Looks after who looked at what: the Caldicott guardian, and who works for them.
        Auditor = "auditor",
        /// Runs the server. Sees no record.
        PlatformAdmin = "platform-admin",
        /// A system that sends figures by itself.
        Feed = "feed",
    }
}

impl Role {
    /// How far this role reaches.
    pub fn reach(self) -> Reach {
        use Class::{Commercial, Health, Legal, Operational, Personal, Safeguarding};
        use Right::{
            Administer, Audit, BreakGlass, ChangeSettings, Erase, Identify, InstallRuleSets, MaintainRegister, Read,
            SendOut, Share, Write,
        };
        match self {
            Self::IncidentLead => Reach::of(Class::ALL, &[Read, Write, Identify, Share, BreakGlass, SendOut]),
            Self::AgencyLead => Reach::of(
                &[Operational, Personal, Health, Safeguarding, Commercial],
                &[Read, Write, Identify, Share, BreakGlass, SendOut],
            ),
            Self::Practitioner => {
                Reach::of(&[Operational, Personal, Safeguarding], &[Read, Write, Identify, Share, BreakGlass])
            }
            Self::Clinical => {
                Reach::of(&[Operational, Personal, Health, Safeguarding], &[Read, Write, Identify, Share, BreakGlass])
            }
            Self::RegulatorObserver => {
                Reach::of(&[Operational, Safeguarding, Commercial, Legal], &[Read, Write, Share])
            }
            Self::RegionalLead => Reach::of(&[Operational, Commercial], &[Read, Write, Share]),
            Self::Comms => Reach::of(&[Operational], &[Read, Write]),
            Self::RuleSetOperator => Reach::of(&[Operational], &[Read, InstallRuleSets, ChangeSettings, SendOut]),
            Self::Auditor => Reach::of(Class::ALL, &[Read, Identify, Erase, Audit]),
            Self::PlatformAdmin => Reach::of(&[], &[InstallRuleSets, MaintainRegister, Administer]),
            Self::Feed => Reach::of(&[Operational], &[Read, Write, MaintainRegister]),
        }
    }

    /// What somebody in this role calls for, where the call does not say. It reaches at least as far as the role.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::IncidentLead | Self::AgencyLead | Self::RegionalLead => Purpose::Coordination,
            Self::Practitioner | Self::Clinical => Purpose::DirectCare,
            Self::RegulatorObserver => Purpose::Oversight,
            Self::Comms => Purpose::Communication,
            Self::Auditor => Purpose::Audit,
            Self::RuleSetOperator | Self::PlatformAdmin | Self::Feed => Purpose::Administration,
        }
    }

    /// Who has it, in a few words for the documentation.
    pub(super) fn who(self) -> &'static str {
        match self {
            Self::IncidentLead => "leads the incident",
            Self::AgencyLead => "leads for an agency that takes part",
            Self::Practitioner => "a social worker or reviewing officer",
            Self::Clinical => "a nurse or other clinician",
            Self::RegulatorObserver => "watches for the regulator",
            Self::RegionalLead => "coordinates for a region",
            Self::Comms => "speaks to families, staff and the press",
            Self::RuleSetOperator => "keeps rule sets and their settings",
            Self::Auditor => "the Caldicott guardian",
            Self::PlatformAdmin => "runs the server; sees no record",
            Self::Feed => "a system that sends by itself",
        }
    }
}
