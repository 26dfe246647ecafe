//! The score of an exercise, gathered from its store and from what became of its steps.

use muster_coordinator::{Coordinator, QueryError};
use muster_record::ids::Seq;

use crate::error::ExerciseError;
use crate::kept::{Became, Kept, Opened};
use crate::plan::Plan;
use crate::score::{OfIncident, Remark, Score, Scoring};

/// Entries read at a time.
const PAGE: usize = 500;

/// The score at the moment that the exercise has come to. Whoever directs it sees all of it, whatever their seat.
pub(crate) fn score(coordinator: &Coordinator, plan: &Plan, kept: &Kept) -> Result<Score, ExerciseError> {
    let incidents = kept.incidents.iter().map(|opened| of_incident(coordinator, opened, kept));
    let incidents = incidents.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    let (mut remarks, mut as_expected) = (Vec::new(), 0_usize);
    for (number, became) in &kept.steps {
        let Some(planned) = plan.steps.get(*number) else { continue };
        let what = planned.text.clone();
        match became {
            Became::Done { .. } | Became::LeftOut { .. } => (),
            Became::AsExpected { .. } => as_expected = as_expected.saturating_add(1),
            Became::NotAsExpected { at, why } => {
                remarks.push(Remark::NotAsExpected { what, at: *at, why: why.clone() });
            }
            Became::Failed { at, why } | Became::Held { since: at, why } => {
                remarks.push(Remark::NotDone { what, at: *at, why: why.clone() });
            }
            Became::Turn { asked, after: _, did } => {
                let Some(agency) = plan.agency(&planned.step.who) else { continue };
                let did_at = did.as_ref().map(|did| did.at);
                remarks.push(Remark::Turn { agency: agency.id.clone(), asked: what, since: *asked, did_at });
            }
        }
    }
    Ok(Score { title: kept.title.clone(), at: kept.moment, incidents, remarks, as_expected })
}

fn of_incident(coordinator: &Coordinator, opened: &Opened, kept: &Kept) -> Result<Option<OfIncident>, ExerciseError> {
    let mut scoring: Option<Scoring> = None;
    let mut after = Seq(0);
    loop {
        let page = coordinator.entries(&opened.id, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.sealed.seq;
        for stored in &page {
            let Some(entry) = stored.sealed.open_unless_erased().map_err(QueryError::from)? else { continue };
            match &mut scoring {
                Some(scoring) => scoring.take(&entry, stored.sealed.hash),
                None => scoring = Scoring::begin(&entry, stored.sealed.hash),
            }
        }
    }
    Ok(scoring.map(|scoring| scoring.finish(kept.moment)))
}
