//! Looks through a broken glass: each is in the audit, durably, before its answer goes out. No audit, no answer.

use muster_coordinator::{AppendError, Coordinator, QueryError, Viewing};
use muster_record::audit::{Answered, Audited, Did, Purpose};
use muster_record::entry::Sealed;
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::visible::{Sight, Why};
use tonic::Status;

use crate::identity::Caller;
use crate::status;

/// Whoever looks, as the audit names them.
#[derive(Debug, Clone)]
pub(crate) struct Looker {
    agency: AgencyId,
    system: String,
    user: Option<String>,
}

impl Looker {
    /// The caller, as the audit names it.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            agency: caller.agency.clone(),
            system: caller.system.clone().unwrap_or_default(),
            user: caller.person.as_ref().map(|person| person.id.clone()),
        }
    }

    /// Notes that entries are about to be served, where a glass opened some of them.
    ///
    /// # Errors
    /// When that could not be written down: nothing may be served then.
    pub(crate) async fn is_served<'a>(
        &self,
        coordinator: &Coordinator,
        incident: &IncidentId,
        viewing: &Viewing,
        entries: impl Iterator<Item = &'a Sealed>,
    ) -> Result<(), Status> {
        if viewing.access.grants.glass().is_none() {
            return Ok(());
        }
        let opened = entries.filter_map(|sealed| by_glass(viewing, sealed).transpose());
        let opened = opened.collect::<Result<Vec<Seq>, QueryError>>().map_err(|error| status::not_read(&error))?;
        if opened.is_empty() { Ok(()) } else { self.note(coordinator, incident, viewing, opened).await }
    }

    /// Notes that something worked out from all that the agency sees is about to be served, while a glass is open.
    ///
    /// # Errors
    /// As [`Looker::is_served`].
    pub(crate) async fn is_shown(
        &self,
        coordinator: &Coordinator,
        incident: &IncidentId,
        viewing: &Viewing,
    ) -> Result<(), Status> {
        self.note(coordinator, incident, viewing, Vec::new()).await
    }

    async fn note(
        &self,
        coordinator: &Coordinator,
        incident: &IncidentId,
        viewing: &Viewing,
        entries: Vec<Seq>,
    ) -> Result<(), Status> {
        let Some(glass) = viewing.access.grants.glass() else { return Ok(()) };
        let audited = Audited {
            did: Did::UseGrant,
            agency: self.agency.clone(),
            system: self.system.clone(),
            user: self.user.clone(),
            purpose: Purpose::Safeguarding,
            because: "in an emergency, as the entry of the broken glass says".to_owned(),
            incident: incident.clone(),
            people: Vec::new(),
            version: None,
            entries,
            grant: Some(glass.to_string()),
            answered: Answered::Served,
        };
        let noted: Result<(), AppendError> = coordinator.audit(audited).await;
        noted.map_err(|error| status::not_appended(&error))
    }
}

/// The place of an entry that is seen through a broken glass alone.
fn by_glass(viewing: &Viewing, sealed: &Sealed) -> Result<Option<Seq>, QueryError> {
    let labels = sealed.labels()?;
    let through = matches!(viewing.access.sees(&labels, viewing.at), Sight::Seen(Why::BreakGlass(_)));
    Ok(through.then_some(sealed.seq))
}
