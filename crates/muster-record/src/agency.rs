//! Agencies: organisations named by what they are, and how far each is involved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::AgencyId;
use crate::words::words;

words! {
    /// What an agency is, by role, so that a reorganisation renames nobody's rules.
    AgencyKind {
        /// A council with adult social care duties.
        Council = "council",
        /// The body that commissions health care (CCG, now ICB).
        HealthCommissioner = "health-commissioner",
        /// The Care Quality Commission.
        Regulator = "regulator",
        /// Public health, which leads on outbreaks (Plan section 3).
        PublicHealth = "public-health",
        /// A region's councils acting together (ADASS).
        Region = "region",
        /// The provider itself.
        Provider = "provider",
        /// A council or health body that placed someone here from elsewhere.
        PlacingAuthority = "placing-authority",
        /// A safeguarding adults board.
        SafeguardingBoard = "safeguarding-board",
    }
}

words! {
    /// How far an agency is involved in an incident (Plan section 8, the stakeholder matrix).
    Interest {
        /// Not involved.
        None = "none",
        /// Is kept informed; may read, and may answer for what it is asked.
        Information = "information",
        /// Oversees: reads, notes, meets and escalates.
        Oversight = "oversight",
        /// Takes part in the work.
        Operational = "operational",
        /// Takes part in the work and pays for some of it.
        FinancialAndOperational = "financial-and-operational",
    }
}

impl Interest {
    /// Whether an agency with this interest works the incident, and so may write its operational facts.
    pub fn is_operational(self) -> bool {
        matches!(self, Self::Operational | Self::FinancialAndOperational)
    }
}

/// An organisation. Names change by reorganisation; successors say into what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its name here, which never changes.
    pub id: AgencyId,
    /// What it is.
    pub kind: AgencyKind,
    /// What people call it.
    pub title: String,
    /// Who took over from it, and from which day (CRCCG, then CWCCG, then an ICB).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<Succession>,
}

/// One agency taking over from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The agency that takes over.
    pub agency: AgencyId,
    /// The first day on which it does.
    pub from: NaiveDate,
}

words! {
    /// A post with authority. Roles of a closure are offices too: each has one holder at a time.
    Office {
        /// Takes command and coordinates (Plan section 10: "A senior manager").
        IncidentLead = "incident-lead",
        /// Head of Commissioning and Quality: one of the two offices a panel recommends to (note 3.7).
        HeadOfCommissioning = "head-of-commissioning-and-quality",
        /// Director of Nursing and Clinical Transformation: the other (note 3.7).
        DirectorOfNursing = "director-of-nursing-and-clinical-transformation",
        /// Director of Adult Social Services.
        Dass = "director-of-adult-social-services",
        /// Chair of the regional ADASS branch, who names the DASS lead (Plan section 8).
        RegionalChair = "regional-chair",
        /// Vice chair of the regional ADASS branch (Plan section 8).
        RegionalViceChair = "regional-vice-chair",
        /// The director who coordinates a large-scale failure (Plan section 8).
        DassLead = "dass-lead",
        /// Leads outbreak management (Plan section 3).
        PublicHealthLead = "public-health-lead",
        /// Speaks for the regulator.
        InspectionManager = "inspection-manager",
        /// Safeguarding co-ordinator of a closure.
        SafeguardingCoordinator = "safeguarding-coordinator",
        /// Families co-ordinator of a closure.
        FamiliesCoordinator = "families-coordinator",
        /// Transport co-ordinator of a closure: a single point.
        TransportCoordinator = "transport-coordinator",
        /// The health commissioner's link in a closure.
        HealthLink = "health-link",
        /// The provider's own senior person.
        ProviderManager = "provider-manager",
    }
}

impl Office {
    /// The kinds of agency whose people may hold this office.
    pub fn held_by(self) -> &'static [AgencyKind] {
        use AgencyKind::{Council, HealthCommissioner, Provider, PublicHealth, Region, Regulator};
        match self {
            Self::IncidentLead => &[Council, HealthCommissioner, PublicHealth, Region],
            Self::HeadOfCommissioning
            | Self::Dass
            | Self::SafeguardingCoordinator
            | Self::FamiliesCoordinator
            | Self::TransportCoordinator => &[Council],
            Self::DirectorOfNursing | Self::HealthLink => &[HealthCommissioner],
            Self::RegionalChair | Self::RegionalViceChair | Self::DassLead => &[Region, Council],
            Self::PublicHealthLead => &[PublicHealth],
            Self::InspectionManager => &[Regulator],
            Self::ProviderManager => &[Provider],
        }
    }
}
