//! Questions in: what is to be read, followed, listed or explained.

use std::time::Duration;

use muster_record::ids::{IncidentId, ProposalNo, RuleSetId, Seq};
use muster_record::incident::advising::ProposalState;
use muster_record::situation::Phase;
use muster_record::time::Instant;
use prost::bytes::Bytes;

use crate::at::{At, Malformed, reading};
use crate::limits::{
    DEFAULT_BOOKMARK_SECONDS, DEFAULT_PAGE, MAX_BOOKMARK_SECONDS, MAX_LIST, MAX_PAGE, MIN_BOOKMARK_SECONDS,
};
use crate::v1;

/// Entries to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Of which incident.
    pub incident: IncidentId,
    /// After which.
    pub after: Seq,
    /// How many at most.
    pub limit: u32,
}

/// What is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One incident.
    Incident(IncidentId),
    /// Every incident in which the caller has a seat.
    AllVisible,
}

/// Something to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// What.
    pub scope: Scope,
    /// Where to go on: a place that the server gave, or empty.
    pub resume_from: Bytes,
    /// Whether the situation comes first.
    pub include_snapshot: bool,
    /// How long nothing may come before a bookmark does.
    pub bookmark: Duration,
}

/// An incident to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetIncident {
    /// Which.
    pub incident: IncidentId,
    /// Whether the answer waits until every rule set has looked.
    pub wait_for_advice: bool,
}

/// Incidents to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListIncidents {
    /// How many at most.
    pub limit: u32,
    /// Where to go on: a token that the server gave, or empty.
    pub page_token: String,
    /// Only those in this phase.
    pub phase: Option<Phase>,
}

/// Proposals to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProposals {
    /// Of which incident.
    pub incident: IncidentId,
    /// Only those in one of these states; in any when there are none.
    pub states: Vec<ProposalState>,
    /// Only those of this rule set.
    pub rule_set: Option<RuleSetId>,
}

/// Reads which entries are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_read(wire: &v1::ReadRequest) -> Result<Read, Malformed> {
    let v1::ReadRequest { incident_id, after_seq, limit } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let limit = read_limit(&mut at.field("limit"), *limit);
        Some(Read { incident: incident?, after: Seq(*after_seq), limit: limit? })
    })
}

pub(crate) fn read_limit(at: &mut At<'_>, wire: u32) -> Option<u32> {
    match wire {
        0 => Some(DEFAULT_PAGE),
        1..=MAX_PAGE => Some(wire),
        _ => at.wrong(format!("is more than {MAX_PAGE}")),
    }
}

/// Reads what is to be followed.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_watch(wire: &v1::WatchRequest) -> Result<Watch, Malformed> {
    let v1::WatchRequest { scope, resume_from, include_snapshot, bookmark_seconds } = wire;
    reading("", |at| {
        let scope = match scope {
            None => at.field("scope").wrong("is not set; one of: incident_id, all_visible"),
            Some(v1::watch_request::Scope::IncidentId(id)) => at.field("incident_id").name(id).map(Scope::Incident),
            Some(v1::watch_request::Scope::AllVisible(v1::AllVisible {})) => Some(Scope::AllVisible),
        };
        let seconds = match *bookmark_seconds {
            0 => Some(DEFAULT_BOOKMARK_SECONDS),
            seconds @ MIN_BOOKMARK_SECONDS..=MAX_BOOKMARK_SECONDS => Some(seconds),
            _ => at
                .field("bookmark_seconds")
                .wrong(format!("is not {MIN_BOOKMARK_SECONDS} to {MAX_BOOKMARK_SECONDS} seconds")),
        };
        Some(Watch {
            scope: scope?,
            resume_from: resume_from.clone(),
            include_snapshot: *include_snapshot,
            bookmark: Duration::from_secs(seconds?.into()),
        })
    })
}

/// Reads which incident is asked for.
///
/// # Errors
/// What is wrong with the request.
pub fn read_get_incident(wire: &v1::GetIncidentRequest) -> Result<GetIncident, Malformed> {
    let v1::GetIncidentRequest { incident_id, wait_for_advice } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        Some(GetIncident { incident: incident?, wait_for_advice: *wait_for_advice })
    })
}

/// Reads which incidents are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_list_incidents(wire: &v1::ListIncidentsRequest) -> Result<ListIncidents, Malformed> {
    let v1::ListIncidentsRequest { page_size, page_token, phase } = wire;
    reading("", |at| {
        let limit = read_limit(&mut at.field("page_size"), *page_size);
        let phase = at.field("phase").optional_word(*phase);
        Some(ListIncidents { limit: limit?, page_token: page_token.clone(), phase: phase? })
    })
}

/// Reads of which incident the situation is asked for, and for which moment its clocks.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_get_report(wire: &v1::GetSituationReportRequest) -> Result<(IncidentId, Option<Instant>), Malformed> {
    let v1::GetSituationReportRequest { incident_id, at: moment } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let moment = at.field("at").optional(moment.as_ref(), At::time);
        Some((incident?, moment?))
    })
}

/// Reads whose access to which entry is asked about.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_explain_access(wire: &v1::ExplainAccessRequest) -> Result<(IncidentId, Seq), Malformed> {
    let v1::ExplainAccessRequest { incident_id, seq } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let seq = at.field("seq").seq(*seq);
        Some((incident?, seq?))
    })
}

/// Reads which proposals are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_list_proposals(wire: &v1::ListProposalsRequest) -> Result<ListProposals, Malformed> {
    let v1::ListProposalsRequest { incident_id, states, rule_set } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let states = at.field("states").list(states, MAX_LIST, |at, state| at.word(*state));
        let rule_set = at.field("rule_set").optional(rule_set.as_deref(), At::name);
        Some(ListProposals { incident: incident?, states: states?, rule_set: rule_set? })
    })
}

/// Reads which proposal is to be explained.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_explain_proposal(wire: &v1::ExplainProposalRequest) -> Result<(IncidentId, ProposalNo), Malformed> {
    let v1::ExplainProposalRequest { incident_id, proposal } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let proposal = at.field("proposal").number(*proposal, ProposalNo);
        Some((incident?, proposal?))
    })
}
