//! Agencies: which one stands, on a day, where another stood before.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::ids::AgencyCode;
use crate::register::Register;
use crate::row::{Agency, Kind};

/// What became of an agency by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The agencies on the way, the one asked for first, each with the day from which it stood in.
    pub steps: Vec<(Agency, Option<NaiveDate>)>,
    /// Those that stand on that day: more than one where an agency was divided.
    pub current: Vec<Agency>,
}

impl Register {
    /// An agency by its code, however it is written.
    pub fn agency(&self, code: &str) -> Option<&Agency> {
        let written = self.get(Kind::Agency, code.trim());
        let found = written.or_else(|| self.get(Kind::Agency, &code.trim().to_uppercase()));
        let found = found.or_else(|| self.get(Kind::Agency, &code.trim().to_lowercase()));
        found.and_then(|known| known.row.agency())
    }

    /// What became of an agency by that day; nothing where there is no such agency.
    pub fn succession(&self, code: &str, day: NaiveDate) -> Option<Succession> {
        let asked = self.agency(code)?;
        let (mut steps, mut current) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::<AgencyCode>::new();
        let mut ahead = vec![(asked, None)];
        while let Some((agency, from)) = ahead.pop() {
            // Two that name each other would lead round for ever.
            if !seen.insert(agency.code.clone()) {
                continue;
            }
            steps.push((agency.clone(), from));
            let gone_to = agency.successors.iter().filter(|successor| successor.from <= day);
            let known: Vec<_> = gone_to
                .filter_map(|successor| Some((self.agency(successor.code.as_str())?, Some(successor.from))))
                .collect();
            if known.is_empty() {
                current.push(agency.clone());
            }
            ahead.extend(known.into_iter().rev());
        }
        Some(Succession { steps, current })
    }
}
