//! The rows of the register: one for each provider, brand, service, figure, authority and agency.

use chrono::NaiveDate;
use muster_record::advice::Answer;
use muster_record::agency::AgencyKind;
use muster_record::situation::ServiceKind;
use muster_record::words;
use serde::{Deserialize, Serialize};

use crate::ids::{AgencyCode, AuthorityCode, BrandCode, ProviderCode, ServiceCode};

words! {
    /// What a row is of.
    Kind {
        /// A brand.
        Brand = "brand",
        /// A provider.
        Provider = "provider",
        /// A service: what the regulator calls a location.
        Service = "service",
        /// What a service said of its places.
        Capacity = "capacity",
        /// A local authority.
        Authority = "authority",
        /// An agency.
        Agency = "agency",
        /// What the regulator's market oversight says of a provider.
        Oversight = "oversight",
    }
}

words! {
    /// The regulator's overall rating, best first.
    Rating {
        /// Outstanding.
        Outstanding = "outstanding",
        /// Good.
        Good = "good",
        /// Requires improvement.
        RequiresImprovement = "requires-improvement",
        /// Inadequate.
        Inadequate = "inadequate",
        /// The regulator looked, and had not enough to go by.
        NotEnoughEvidence = "not-enough-evidence",
    }
}

words! {
    /// How far the regulator's market oversight has gone (Care Act 2014, sections 53 to 57).
    Stage {
        /// The provider is one of those that are watched.
        InScheme = "in-scheme",
        /// It was asked for a sustainability plan.
        SustainabilityPlan = "sustainability-plan",
        /// An independent business review was arranged.
        BusinessReview = "business-review",
        /// Councils were told that it is likely to fail and its services to end.
        EarlyWarning = "early-warning",
    }
}

/// Makes the row, and for each kind of it the way to what it holds.
macro_rules! rows {
    ($($(#[$doc:meta])* $case:ident($type:ident) = $get:ident,)+) => {
        /// One row.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Row {
            $($(#[$doc])* $case(Box<$type>),)+
        }

        impl Row {
            /// What it is of.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$case(_) => Kind::$case,)+
                }
            }

            $(
                $(#[$doc])*
                pub fn $get(&self) -> Option<&$type> {
                    if let Self::$case(row) = self { Some(row) } else { None }
                }
            )+
        }

        $(
            impl From<$type> for Row {
                fn from(row: $type) -> Self {
                    Self::$case(Box::new(row))
                }
            }
        )+
    };
}

rows! {
    /// A brand.
    Brand(Brand) = brand,
    /// A provider.
    Provider(Provider) = provider,
    /// A service.
    Service(Service) = service,
    /// What a service said of its places.
    Capacity(Capacity) = capacity,
    /// A local authority.
    Authority(Authority) = authority,
    /// An agency.
    Agency(Agency) = agency,
    /// What market oversight says of a provider.
    Oversight(Oversight) = oversight,
}

impl Row {
    /// Its code among those of its kind.
    pub fn code(&self) -> &str {
        match self {
            Self::Brand(brand) => brand.code.as_str(),
            Self::Provider(provider) => provider.code.as_str(),
            Self::Service(service) => service.code.as_str(),
            Self::Capacity(capacity) => capacity.service.as_str(),
            Self::Authority(authority) => authority.code.as_str(),
            Self::Agency(agency) => agency.code.as_str(),
            Self::Oversight(oversight) => oversight.provider.as_str(),
        }
    }
}

/// A brand: a group of providers under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// Its code.
    pub code: BrandCode,
    /// What people call it.
    pub name: String,
}

/// Who is registered to provide services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its code.
    pub code: ProviderCode,
    /// What people call it.
    pub name: String,
    /// The brand it belongs to.
    pub brand: Option<BrandCode>,
}

/// A service: a home, or the office from which care at home is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its code.
    pub code: ServiceCode,
    /// What people call it.
    pub name: String,
    /// Who provides it.
    pub provider: ProviderCode,
    /// The brand it belongs to.
    pub brand: Option<BrandCode>,
    /// What it provides, as far as the record has words for that.
    pub kinds: Vec<ServiceKind>,
    /// Whether it is a care home.
    pub care_home: Answer,
    /// Whether it is registered and provides nothing.
    pub dormant: Answer,
    /// The most beds it may have. Not how many are free.
    pub registered_beds: Option<u32>,
    /// The regulator's overall rating.
    pub rating: Option<Rating>,
    /// When that was published.
    pub rated_on: Option<NaiveDate>,
    /// Whether a registered manager is named. The name itself is not kept.
    pub manager: Answer,
    /// Since when the registered manager is away.
    pub manager_absent_since: Option<NaiveDate>,
    /// The local authority, as the file names it.
    pub authority_name: Option<String>,
    /// The local authority, found by its name at the file's day, or given.
    pub authority: Option<AuthorityCode>,
    /// The postcode.
    pub postcode: Option<String>,
    /// Where several registrations are one place: the one that stands for it.
    pub primary: Option<ServiceCode>,
}

/// What a service said of its places, and for which day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// The service.
    pub service: ServiceCode,
    /// The day for which it was said.
    pub as_at: NaiveDate,
    /// The most it can take now.
    pub maximum: Option<u32>,
    /// Places in use.
    pub occupied: Option<u32>,
    /// Places that are empty and promised to somebody.
    pub reserved: Option<u32>,
    /// Places that are empty and open to admissions: the only figure that is a vacancy.
    pub accepting: Option<u32>,
}

/// A local authority with adult social care duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Its code. A boundary change gives a new one to the same council.
    pub code: AuthorityCode,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: Option<String>,
    /// The first day on which the code holds; from before the register begins where absent.
    pub from: Option<NaiveDate>,
    /// The last day on which the code holds; it holds today where absent.
    pub to: Option<NaiveDate>,
    /// The codes that hold from the day after.
    pub successors: Vec<AuthorityCode>,
}

/// An agency, and who took over from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its code.
    pub code: AgencyCode,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: AgencyKind,
    /// Who took over, and from which day; more than one where it was divided.
    pub successors: Vec<Successor>,
}

/// One agency taking over from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// The agency that takes over.
    pub code: AgencyCode,
    /// The first day on which it does.
    pub from: NaiveDate,
}

/// What the regulator's market oversight says of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oversight {
    /// The provider.
    pub provider: ProviderCode,
    /// How far it has gone.
    pub stage: Stage,
    /// Since when.
    pub since: Option<NaiveDate>,
}
