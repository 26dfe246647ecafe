//! The closed lists that a situation is described with.

use crate::words::words;

words! {
    /// What is handled together.
    IncidentKind {
        /// A service that gives concern, watched by a panel.
        QualityConcern = "quality-concern",
        /// A provider that fails, or a service that closes.
        ProviderFailure = "provider-failure",
        /// An outbreak of infection.
        Outbreak = "outbreak",
        /// A failure across several authorities (Plan section 8).
        Regional = "regional",
    }
}

words! {
    /// The four types of failure (Plan section 3). Several can hold at once.
    Failure {
        /// Financial failure: the only type that the Care Act addresses.
        BusinessFailure = "business-failure",
        /// The provider, or its insolvency practitioner, decides to leave.
        ProviderExit = "provider-exit",
        /// The regulator removes registration or requires closure.
        Enforcement = "enforcement",
        /// Outbreak, flood, fire, loss of power or of staff: may be recovered from.
        Emergency = "emergency",
    }
}

words! {
    /// The kinds of service.
    ServiceKind {
        /// Care home without nursing.
        Residential = "residential",
        /// Care home with nursing.
        Nursing = "nursing",
        /// Housing with care.
        HousingWithCare = "housing-with-care",
        /// Care at home.
        HomeSupport = "home-support",
        /// Supported living, for which the Plan's matrix has no row.
        SupportedLiving = "supported-living",
        /// Day centre.
        DayService = "day-service",
        /// Meals, for which the Plan's matrix has no row.
        CommunityMeals = "community-meals",
        /// Sheltered housing, which is not social care.
        Sheltered = "sheltered",
        /// Voluntary organisation.
        ThirdSector = "third-sector",
    }
}

words! {
    /// How far an incident has come.
    Phase {
        /// Something gives concern.
        Concern = "concern",
        /// What has happened, and to whom, is being found out.
        Assessing = "assessing",
        /// People are being kept safe.
        Responding = "responding",
        /// The emergency is over, its effects are not.
        Recovering = "recovering",
        /// Closed: nothing is written until it is reopened.
        Closed = "closed",
    }
}

words! {
    /// Who pays for a person's care.
    Funder {
        /// The council in part.
        CouncilPart = "council-part",
        /// The council in full.
        CouncilFull = "council-full",
        /// The person.
        SelfFunded = "self-funded",
        /// The local health commissioner in full.
        HealthFull = "health-full",
        /// Another council.
        OtherCouncil = "other-council",
        /// Another health body.
        OtherHealth = "other-health",
        /// Not known yet.
        NotKnown = "not-known",
    }
}

words! {
    /// How a person can travel.
    Mobility {
        /// Walks.
        Walks = "walks",
        /// Walks with help.
        WalksWithHelp = "walks-with-help",
        /// Needs a wheelchair place.
        Wheelchair = "wheelchair",
        /// Needs a stretcher.
        Stretcher = "stretcher",
        /// Needs bariatric equipment.
        Bariatric = "bariatric",
        /// Not known yet.
        NotKnown = "not-known",
    }
}

words! {
    /// Where a person has come to in this incident.
    CareStatus {
        /// On the list.
        Identified = "identified",
        /// Needs reviewed.
        Reviewed = "reviewed",
        /// Has somewhere to go.
        Placed = "placed",
        /// Has gone there.
        Moved = "moved",
        /// Stays where they are, safely.
        Staying = "staying",
        /// In hospital.
        InHospital = "in-hospital",
        /// Died.
        Died = "died",
        /// Seen again afterwards (Plan section 10, 4 to 6 weeks).
        FollowedUp = "followed-up",
    }
}

impl CareStatus {
    /// Whether the person is accounted for: placed, moved, staying, in hospital, died or followed up.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Identified | Self::Reviewed)
    }
}

words! {
    /// What a person needs.
    Need {
        /// Nursing care.
        Nursing = "nursing",
        /// Dementia care.
        Dementia = "dementia",
        /// Lacks capacity for the decisions at hand.
        LacksCapacity = "lacks-capacity",
        /// Has nobody who could be consulted: with a lack of capacity, an IMCA is mandatory.
        NoOneToConsult = "no-one-to-consult",
        /// Is deprived of liberty under authorisation.
        DeprivationOfLiberty = "deprivation-of-liberty",
        /// Needs two carers at a time.
        TwoCarers = "two-carers",
        /// Takes a medicine that cannot wait.
        TimeCriticalMedicine = "time-critical-medicine",
        /// Is at the end of life.
        EndOfLife = "end-of-life",
    }
}

words! {
    /// What can be offered.
    OfferKind {
        /// A vacancy.
        Bed = "bed",
        /// A vehicle.
        Vehicle = "vehicle",
        /// Hours of staff.
        StaffHours = "staff-hours",
        /// A building.
        Building = "building",
    }
}

words! {
    /// Where an action stands.
    ActionStatus {
        /// Raised, not yet taken on.
        Raised = "raised",
        /// Taken on by its owner.
        Accepted = "accepted",
        /// Turned down by its owner.
        Declined = "declined",
        /// Begun.
        Started = "started",
        /// Held up.
        Blocked = "blocked",
        /// Done.
        Done = "done",
        /// No longer wanted.
        Cancelled = "cancelled",
    }
}

impl ActionStatus {
    /// Whether there is still something to do.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Raised | Self::Accepted | Self::Started | Self::Blocked)
    }
}

words! {
    /// How a restriction came about. Voluntary is not imposed: another consent, another letter.
    RestrictionBasis {
        /// Agreed with the provider (Table One, level 2).
        Voluntary = "voluntary",
        /// Imposed on the provider (Table One, levels 3 and 4).
        Imposed = "imposed",
        /// For the time of an outbreak (Plan section 3).
        Temporary = "temporary",
    }
}

words! {
    /// What is restricted.
    RestrictionKind {
        /// New placements.
        Placements = "placements",
        /// Hours of care.
        Hours = "hours",
    }
}

words! {
    /// The kinds of meeting.
    MeetingKind {
        /// Multi-agency strategy meeting.
        Strategy = "strategy",
        /// Incident Management Meeting, or Team, of an outbreak.
        IncidentManagement = "incident-management",
        /// Provider Escalation Panel, which recommends.
        ProviderEscalationPanel = "provider-escalation-panel",
        /// Quality Peer Support Group.
        QualityPeerSupportGroup = "quality-peer-support-group",
        /// Formal meeting of council and health commissioner, senior managers.
        CommissionersFormal = "commissioners-formal",
        /// Two-weekly meeting of contract officers.
        ContractOfficers = "contract-officers",
        /// Weekly review of the action plan.
        ActionPlanReview = "action-plan-review",
        /// Meeting with people who use the service, and their families.
        Families = "families",
        /// Regional meeting.
        Regional = "regional",
        /// Any other.
        Other = "other",
    }
}
