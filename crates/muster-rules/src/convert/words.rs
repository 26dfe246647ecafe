//! The closed lists of words, case by case in both directions: a new case on either side stops the build.

use muster_record::{advice, agency, situation};

use crate::bindings::wit;

macro_rules! same_words {
    ($record:ty, $wit:ty { $($of_record:ident = $of_wit:ident,)+ }) => {
        impl From<$record> for $wit {
            fn from(word: $record) -> Self {
                match word {
                    $(<$record>::$of_record => Self::$of_wit,)+
                }
            }
        }

        impl From<$wit> for $record {
            fn from(word: $wit) -> Self {
                match word {
                    $(<$wit>::$of_wit => Self::$of_record,)+
                }
            }
        }
    };
}

same_words!(muster_record::incident::lifecycle::Relation, wit::Relation {
    Member = Member,
    MemberOf = MemberOf,
    SameProvider = SameProvider,
});
same_words!(advice::ItemKind, wit::ItemKind {
    Finding = Finding,
    Question = Question,
    Action = Action,
    Options = Options,
    Involvement = Involvement,
    Gate = Gate,
    Draft = Draft,
    Allocation = Allocation,
    RegionalIncident = RegionalIncident,
    Other = Other,
});
same_words!(situation::Part, wit::Part {
    People = People,
    Figures = Figures,
    Facts = Facts,
    Offers = Offers,
    Actions = Actions,
    Restrictions = Restrictions,
    Meetings = Meetings,
    Recommendations = Recommendations,
    Decisions = Decisions,
    Related = Related,
});
same_words!(advice::Answer, wit::Answer { Yes = Yes, No = No, Unknown = Unknown, });
same_words!(advice::Provenance, wit::Provenance {
    Plan = Plan,
    Statute = Statute,
    SectorPractice = SectorPractice,
    Proposal = Proposal,
});
same_words!(advice::Step, wit::Step {
    Close = Close,
    Recover = Recover,
    Move = Move,
    MoveAtNight = MoveAtNight,
    Issue = Issue,
    Lift = Lift,
});
same_words!(agency::AgencyKind, wit::AgencyKind {
    Council = Council,
    HealthCommissioner = HealthCommissioner,
    Regulator = Regulator,
    PublicHealth = PublicHealth,
    Region = Region,
    Provider = Provider,
    PlacingAuthority = PlacingAuthority,
    SafeguardingBoard = SafeguardingBoard,
});
same_words!(agency::Interest, wit::Interest {
    None = None,
    Information = Information,
    Oversight = Oversight,
    Operational = Operational,
    FinancialAndOperational = FinancialAndOperational,
});
same_words!(agency::Office, wit::Office {
    IncidentLead = IncidentLead,
    HeadOfCommissioning = HeadOfCommissioningAndQuality,
    DirectorOfNursing = DirectorOfNursingAndClinicalTransformation,
    Dass = DirectorOfAdultSocialServices,
    RegionalChair = RegionalChair,
    RegionalViceChair = RegionalViceChair,
    DassLead = DassLead,
    PublicHealthLead = PublicHealthLead,
    InspectionManager = InspectionManager,
    SafeguardingCoordinator = SafeguardingCoordinator,
    FamiliesCoordinator = FamiliesCoordinator,
    TransportCoordinator = TransportCoordinator,
    HealthLink = HealthLink,
    ProviderManager = ProviderManager,
});
same_words!(situation::IncidentKind, wit::IncidentKind {
    QualityConcern = QualityConcern,
    ProviderFailure = ProviderFailure,
    Outbreak = Outbreak,
    Regional = Regional,
});
same_words!(situation::Failure, wit::Failure {
    BusinessFailure = BusinessFailure,
    ProviderExit = ProviderExit,
    Enforcement = Enforcement,
    Emergency = Emergency,
});
same_words!(situation::ServiceKind, wit::ServiceKind {
    Residential = Residential,
    Nursing = Nursing,
    HousingWithCare = HousingWithCare,
    HomeSupport = HomeSupport,
    SupportedLiving = SupportedLiving,
    DayService = DayService,
    CommunityMeals = CommunityMeals,
    Sheltered = Sheltered,
    ThirdSector = ThirdSector,
});
same_words!(situation::Phase, wit::Phase {
    Concern = Concern,
    Assessing = Assessing,
    Responding = Responding,
    Recovering = Recovering,
    Closed = Closed,
});
same_words!(situation::Funder, wit::Funder {
    CouncilPart = CouncilPart,
    CouncilFull = CouncilFull,
    SelfFunded = SelfFunded,
    HealthFull = HealthFull,
    OtherCouncil = OtherCouncil,
    OtherHealth = OtherHealth,
    NotKnown = NotKnown,
});
same_words!(situation::Mobility, wit::Mobility {
    Walks = Walks,
    WalksWithHelp = WalksWithHelp,
    Wheelchair = Wheelchair,
    Stretcher = Stretcher,
    Bariatric = Bariatric,
    NotKnown = NotKnown,
});
same_words!(situation::CareStatus, wit::CareStatus {
    Identified = Identified,
    Reviewed = Reviewed,
    Placed = Placed,
    Moved = Moved,
    Staying = Staying,
    InHospital = InHospital,
    Died = Died,
    FollowedUp = FollowedUp,
});
same_words!(situation::Need, wit::Need {
    Nursing = Nursing,
    Dementia = Dementia,
    LacksCapacity = LacksCapacity,
    NoOneToConsult = NoOneToConsult,
    DeprivationOfLiberty = DeprivationOfLiberty,
    TwoCarers = TwoCarers,
    TimeCriticalMedicine = TimeCriticalMedicine,
    EndOfLife = EndOfLife,
});
same_words!(situation::OfferKind, wit::OfferKind {
    Bed = Bed,
    Vehicle = Vehicle,
    StaffHours = StaffHours,
    Building = Building,
});
same_words!(situation::ActionStatus, wit::ActionStatus {
    Raised = Raised,
    Accepted = Accepted,
    Declined = Declined,
    Started = Started,
    Blocked = Blocked,
    Done = Done,
    Cancelled = Cancelled,
});
same_words!(situation::RestrictionBasis, wit::RestrictionBasis {
    Voluntary = Voluntary,
    Imposed = Imposed,
    Temporary = Temporary,
});
same_words!(situation::RestrictionKind, wit::RestrictionKind { Placements = Placements, Hours = Hours, });
same_words!(situation::MeetingKind, wit::MeetingKind {
    Strategy = Strategy,
    IncidentManagement = IncidentManagement,
    ProviderEscalationPanel = ProviderEscalationPanel,
    QualityPeerSupportGroup = QualityPeerSupportGroup,
    CommissionersFormal = CommissionersFormal,
    ContractOfficers = ContractOfficers,
    ActionPlanReview = ActionPlanReview,
    Families = Families,
    Regional = Regional,
    Other = Other,
});
