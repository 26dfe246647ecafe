//! Closed lists of words: every enum of the wire, there and back.
//!
//! `From` writes a word; `TryFrom` reads one, and refuses the one that stands for "not set".

use muster_record::advice::{Answer, ItemKind as AdviceKind, Provenance, Step};
use muster_record::agency::{AgencyKind, Interest, Office};
use muster_record::audit::{Did as AuditedAct, Purpose};
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::deadline::ClockState;
use muster_record::entry::Class;
use muster_record::exported::ExportedFile;
use muster_record::identity::Basis;
use muster_record::incident::advising::ProposalState;
use muster_record::incident::clocks::Clock;
use muster_record::incident::decisions::Panel;
use muster_record::incident::lifecycle::Relation;
use muster_record::incident::sharing::{Emergency, GlassFinding, SharingBasis};
use muster_record::personal_text::LooksLike;
use muster_record::situation::{
    CareStatus, Failure, Funder, IncidentKind, MeetingKind, Mobility, Need, OfferKind, Part as SituationPart, Phase,
    RestrictionBasis, RestrictionKind, ServiceKind,
};
use muster_register::Kind as ListedKind;
use muster_register::ask::{Near, NotKnown, Reason as RiskReason};
use muster_register::plan::Covers;
use muster_register::row::{Rating, Stage};

use crate::v1;

/// A word that was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not set")]
pub struct NotSet;

/// A word of a closed list, as a number on the wire.
pub(crate) trait Word: Copy {
    /// The word of that number, if it is one.
    fn read(number: i32) -> Option<Self>;
    /// The number of this word.
    fn write(self) -> i32;
    /// The words there are, as the wire spells them.
    fn known() -> String;
}

/// The case of a wire enum: of the same name as ours, unless another is given.
macro_rules! case {
    ($type:ident $own:ident) => {
        v1::$type::$own
    };
    ($type:ident $own:ident $wire:ident) => {
        v1::$type::$wire
    };
}

macro_rules! words {
    ($($type:ident { $($case:ident $(= $wire:ident)?,)+ })+) => {
        $(
            impl From<$type> for v1::$type {
                fn from(word: $type) -> Self {
                    match word {
                        $($type::$case => case!($type $case $($wire)?),)+
                    }
                }
            }

            impl TryFrom<v1::$type> for $type {
                type Error = NotSet;
                fn try_from(wire: v1::$type) -> Result<Self, NotSet> {
                    match wire {
                        v1::$type::Unspecified => Err(NotSet),
                        $(case!($type $case $($wire)?) => Ok(Self::$case),)+
                    }
                }
            }

            impl Word for $type {
                fn read(number: i32) -> Option<Self> {
                    v1::$type::try_from(number).ok().and_then(|wire| wire.try_into().ok())
                }

                fn write(self) -> i32 {
                    v1::$type::from(self).into()
                }

                fn known() -> String {
                    [$(case!($type $case $($wire)?)),+].map(|wire| wire.as_str_name()).join(", ")
                }
            }
        )+
    };
}

words! {
    Answer { Yes, No, Unknown, }
    AgencyKind {
        Council, HealthCommissioner, Regulator, PublicHealth, Region, Provider, PlacingAuthority,
        SafeguardingBoard,
    }
    Interest { None, Information, Oversight, Operational, FinancialAndOperational, }
    Office {
        IncidentLead, HeadOfCommissioning = HeadOfCommissioningAndQuality,
        DirectorOfNursing = DirectorOfNursingAndClinicalTransformation, Dass = DirectorOfAdultSocialServices,
        RegionalChair, RegionalViceChair, DassLead, PublicHealthLead, InspectionManager,
        SafeguardingCoordinator, FamiliesCoordinator, TransportCoordinator, HealthLink, ProviderManager,
    }
    Class { Operational, Personal, Health, Safeguarding, Commercial, Legal, }
    IncidentKind { QualityConcern, ProviderFailure, Outbreak, Regional, }
    Failure { BusinessFailure, ProviderExit, Enforcement, Emergency, }
    ServiceKind {
        Residential, Nursing, HousingWithCare, HomeSupport, SupportedLiving, DayService, CommunityMeals,
        Sheltered, ThirdSector,
    }
    Phase { Concern, Assessing, Responding, Recovering, Closed, }
    Relation { Member, MemberOf, SameProvider, }
    Clock { SeventyTwoHours = Clock72Hours, ActionPlanReview, ContractOfficers, CareStops, }
    Funder { CouncilPart, CouncilFull, SelfFunded, HealthFull, OtherCouncil, OtherHealth, NotKnown, }
    Mobility { Walks, WalksWithHelp, Wheelchair, Stretcher, Bariatric, NotKnown, }
    CareStatus { Identified, Reviewed, Placed, Moved, Staying, InHospital, Died, FollowedUp, }
    Need {
        Nursing, Dementia, LacksCapacity, NoOneToConsult, DeprivationOfLiberty, TwoCarers,
        TimeCriticalMedicine, EndOfLife,
    }
    Basis {
        RetentionEnded, NoLongerNeeded, ObjectionUpheld, UnlawfullyProcessed, LegalObligation, RecordedInError,
    }
    Purpose {
        DirectCare, SafeMove, FamilyContact, Safeguarding, Funding, SubjectRequest, Correction, Assurance,
    }
    AuditedAct { ReadIdentity, ExportSubject, BreakGlass, UseGrant, }
    LooksLike { NhsNumber, Telephone, Email = EMail, DateOfBirth, Postcode, }
    Panel { ProviderEscalationPanel, QualityPeerSupportGroup, }
    MeetingKind {
        Strategy, IncidentManagement, ProviderEscalationPanel, QualityPeerSupportGroup, CommissionersFormal,
        ContractOfficers, ActionPlanReview, Families, Regional, Other,
    }
    RestrictionKind { Placements, Hours, }
    RestrictionBasis { Voluntary, Imposed, Temporary, }
    OfferKind { Bed, Vehicle, StaffHours, Building, }
    BriefingKind { CabinetMember, Director, Adass, Iimarch, Methane, ClosingReview, }
    BriefingFormat { Text, Json, Html, }
    ExportedFile { People, Offers, Actions, Calendar, Situation, }
    Provenance { Plan, Statute, SectorPractice, Proposal, }
    Step {
        Close = IncidentClose, Recover = IncidentRecover, Move = PeopleMove, MoveAtNight = PeopleMoveAtNight,
        Issue = CommunicationsIssue, Lift = RestrictionsLift,
    }
    SituationPart {
        People, Figures, Facts, Offers, Actions, Restrictions, Meetings, Recommendations, Decisions, Related,
    }
    AdviceKind {
        Finding, Question, Action, Options, Involvement, Gate, Draft, Allocation, RegionalIncident, Other,
    }
    ProposalState { Open, Adopted, Declined, Withdrawn, Overridden, }
    ClockState { Running, Paused, Met, Late, NotKnown, }
    SharingBasis { PublicTask, CareProvision, Safeguarding, VitalInterests, LegalObligation, Consent, }
    Emergency { RiskToLife, Safeguarding, CareStops, Other, }
    GlassFinding { Justified, NotJustified, }
    ListedKind { Brand, Provider, Service, Capacity, Authority, Agency, Oversight, }
    Rating { Outstanding, Good, RequiresImprovement, Inadequate, NotEnoughEvidence, }
    Stage { InScheme, SustainabilityPlan, BusinessReview, EarlyWarning, }
    Covers { Whole, Part, }
    RiskReason {
        EarlyWarning, RatedInadequate, ManagerAbsent, RatedRequiresImprovement, Dormant, CapacityStale,
    }
    NotKnown { Rating, Manager, Dormancy, Capacity, Authority, }
    Near { SameAuthority, SameRegion, }
}
