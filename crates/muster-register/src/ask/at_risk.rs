//! Who is at risk: services of which something gives concern, and what is not known of them.
//!
//! Only what is said is a reason. What nobody said stands beside it as not known, and alone puts
//! no service on the list.

use chrono::NaiveDate;
use muster_record::advice::Answer;
use muster_record::words;

use super::Filter;
use crate::ids::ServiceCode;
use crate::register::Register;
use crate::row::{Rating, Service, Stage};

words! {
    /// Why a service is at risk, the gravest first.
    Reason {
        /// The regulator told councils that its provider is likely to fail.
        EarlyWarning = "early-warning",
        /// It is rated inadequate.
        RatedInadequate = "rated-inadequate",
        /// It has no registered manager, or theirs is away.
        ManagerAbsent = "manager-absent",
        /// It is rated as requiring improvement.
        RatedRequiresImprovement = "rated-requires-improvement",
        /// It is registered and provides nothing.
        Dormant = "dormant",
        /// It has not said for long how full it is.
        CapacityStale = "capacity-stale",
    }
}

words! {
    /// What the register cannot say of a service.
    NotKnown {
        /// How it is rated.
        Rating = "rating",
        /// Whether it has a registered manager.
        Manager = "manager",
        /// Whether it is dormant.
        Dormancy = "dormancy",
        /// How full it is.
        Capacity = "capacity",
        /// In which authority it is.
        Authority = "authority",
    }
}

/// A service at risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtRisk<'a> {
    /// The service.
    pub service: &'a Service,
    /// Why, the gravest first. Never empty.
    pub reasons: Vec<Reason>,
    /// What is not known of it.
    pub not_known: Vec<NotKnown>,
}

impl Register {
    /// The services at risk among those that the filter lets through, in order of code, behind `after`.
    pub fn at_risk<'a>(
        &'a self,
        filter: &'a Filter,
        after: Option<&'a ServiceCode>,
        today: NaiveDate,
    ) -> impl Iterator<Item = AtRisk<'a>> + 'a {
        self.find(filter, after).filter_map(move |service| {
            let reasons = self.reasons(service, today);
            let not_known = || self.not_known(service);
            (!reasons.is_empty()).then(|| AtRisk { service, reasons, not_known: not_known() })
        })
    }

    fn reasons(&self, service: &Service, today: NaiveDate) -> Vec<Reason> {
        let capacity = self.capacity(&service.code);
        let warned = self.oversight(&service.provider).is_some_and(|found| found.stage == Stage::EarlyWarning);
        Reason::ALL
            .iter()
            .copied()
            .filter(|reason| match reason {
                Reason::EarlyWarning => warned,
                Reason::RatedInadequate => service.rating == Some(Rating::Inadequate),
                Reason::ManagerAbsent => {
                    service.manager == Answer::No || service.manager_absent_since.is_some_and(|since| since <= today)
                }
                Reason::RatedRequiresImprovement => service.rating == Some(Rating::RequiresImprovement),
                Reason::Dormant => service.dormant == Answer::Yes,
                Reason::CapacityStale => capacity.is_some_and(|said| self.is_stale(said.as_at, today)),
            })
            .collect()
    }

    fn not_known(&self, service: &Service) -> Vec<NotKnown> {
        NotKnown::ALL
            .iter()
            .copied()
            .filter(|what| match what {
                NotKnown::Rating => service.rating.is_none(),
                NotKnown::Manager => service.manager == Answer::Unknown && service.manager_absent_since.is_none(),
                NotKnown::Dormancy => service.dormant == Answer::Unknown,
                NotKnown::Capacity => self.capacity(&service.code).is_none(),
                NotKnown::Authority => service.authority.is_none(),
            })
            .collect()
    }
}
