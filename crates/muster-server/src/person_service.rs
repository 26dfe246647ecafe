//! `PersonService` and `AuditService`: who the people are, one at a time, and who asked.

use std::sync::Arc;

use muster_coordinator::{Coordinator, EraseAsk, LookAsk, SealAsk, Told, Whose};
use muster_proto::person::{self, Erase, Expire, ListAudit, Look, Seal};
use muster_proto::request::Options;
use muster_proto::time::write_time;
use muster_proto::v1;
use muster_record::Entry;
use muster_record::audit::AuditRow;
use muster_record::erasing::Erasure;
use muster_record::identity::Basis;
use muster_record::incident::log;
use muster_record::incident::people::Fact;
use tonic::{Request, Response, Status};

use crate::identity::{self, Caller};
use crate::record_service::{body_hash, result};
use crate::status;

/// Answers for people.
pub(crate) struct People {
    pub(crate) coordinator: Arc<Coordinator>,
}

/// Answers for the audit.
pub(crate) struct Audits {
    pub(crate) coordinator: Arc<Coordinator>,
}

#[tonic::async_trait]
impl v1::person_service_server::PersonService for People {
    async fn seal_identity(
        &self,
        request: Request<v1::SealIdentityRequest>,
    ) -> Result<Response<v1::SealIdentityResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = person::read_seal(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let Seal { incident, options, person, identity } = read;
        let Options { request_id, expected_seq, validate_only, office, occurred_at, labels } = options;
        let author = caller.author(office)?;
        let ask = SealAsk {
            incident,
            author,
            request: request_id,
            expected_seq,
            occurred_at,
            validate_only,
            labels,
            person,
            identity,
        };
        let sealed = self.coordinator.seal_identity(ask).await.map_err(|error| status::not_appended(&error))?;
        let version = sealed.entries.iter().find_map(|written| version(&written.entry)).unwrap_or_default();
        Ok(Response::new(v1::SealIdentityResponse { result: Some(result(&self.coordinator, &sealed, &[])), version }))
    }

    async fn read_identity(
        &self,
        request: Request<v1::ReadIdentityRequest>,
    ) -> Result<Response<v1::ReadIdentityResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = person::read_look(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let told =
            self.coordinator.identity(look(&caller, read)).await.map_err(|error| status::not_appended(&error))?;
        let Told { identity, version } = told;
        Ok(Response::new(v1::ReadIdentityResponse { identity: Some(person::write_identity(&identity)), version }))
    }

    async fn erase_identity(
        &self,
        request: Request<v1::EraseIdentityRequest>,
    ) -> Result<Response<v1::EraseIdentityResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let read = person::read_erase(&wire).map_err(|bad| status::malformed(&bad))?;
        let Erase { incident, options, person, extent, erasure } = read;
        let Options { request_id, expected_seq: _, validate_only, office, occurred_at: _, labels } = options;
        let ask = EraseAsk {
            incident,
            author: caller.author(office)?,
            request: request_id,
            body: body_hash(&wire),
            validate_only,
            labels,
            whose: Whose::One { person, extent },
            erasure,
        };
        let erased = self.coordinator.erase_identities(ask).await.map_err(|error| status::not_appended(&error))?;
        let result = erased.map(|erased| result(&self.coordinator, &erased, &[]));
        Ok(Response::new(v1::EraseIdentityResponse { result }))
    }

    async fn expire_identities(
        &self,
        request: Request<v1::ExpireIdentitiesRequest>,
    ) -> Result<Response<v1::ExpireIdentitiesResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let read = person::read_expire(&wire).map_err(|bad| status::malformed(&bad))?;
        let Expire { incident, options } = read;
        let Options { request_id, expected_seq: _, validate_only, office, occurred_at: _, labels } = options;
        let not_done = |error| status::not_appended(&error);
        let (due, _) = self.coordinator.overdue(&caller.agency, &incident).map_err(not_done)?;
        let ask = EraseAsk {
            incident,
            author: caller.author(office)?,
            request: request_id,
            body: body_hash(&wire),
            validate_only,
            labels,
            whose: Whose::Overdue,
            erasure: expiry(),
        };
        let erased = self.coordinator.erase_identities(ask).await.map_err(not_done)?;
        let tombstones = || erased.iter().flat_map(|erased| &erased.entries);
        let people = tombstones().filter_map(|written| erased_person(&written.entry)).collect();
        let entries = tombstones().flat_map(|written| erased_entries(&written.entry)).collect();
        let result = erased.as_ref().map(|erased| result(&self.coordinator, erased, &[]));
        Ok(Response::new(v1::ExpireIdentitiesResponse { result, due: due.map(write_time), people, entries }))
    }

    async fn export_subject(
        &self,
        request: Request<v1::ExportSubjectRequest>,
    ) -> Result<Response<v1::ExportSubjectResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = person::read_export(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let export =
            self.coordinator.export(look(&caller, read)).await.map_err(|error| status::not_appended(&error))?;
        let (identity, version) = match &export.told {
            Some(Told { identity, version }) => (Some(person::write_identity(identity)), *version),
            None => (None, 0),
        };
        Ok(Response::new(v1::ExportSubjectResponse {
            identity,
            version,
            entries: export.entries.iter().map(person::write_subject_entry).collect(),
            to_decide: export.to_decide.iter().map(|seq| seq.0).collect(),
            looked: rows(&export.looked),
        }))
    }

    async fn who_looked(
        &self,
        request: Request<v1::WhoLookedRequest>,
    ) -> Result<Response<v1::WhoLookedResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = person::read_who_looked(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (incident, person) = read;
        let looked = self.coordinator.who_looked(&caller.agency, &incident, person);
        let looked = looked.map_err(|error| status::not_appended(&error))?;
        Ok(Response::new(v1::WhoLookedResponse { rows: rows(&looked) }))
    }
}

#[tonic::async_trait]
impl v1::audit_service_server::AuditService for Audits {
    async fn list_audit(
        &self,
        request: Request<v1::ListAuditRequest>,
    ) -> Result<Response<v1::ListAuditResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = person::read_list_audit(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let ListAudit { incident, after, limit } = read;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.coordinator.audit_rows(&caller.agency, &incident, after, limit);
        let (found, last) = found.map_err(|error| status::not_appended(&error))?;
        Ok(Response::new(v1::ListAuditResponse { rows: rows(&found), last }))
    }
}

fn rows(rows: &[AuditRow]) -> Vec<v1::AuditRow> {
    rows.iter().map(person::write_audit_row).collect()
}

fn look(caller: &Caller, read: Look) -> LookAsk {
    let reader = caller.reader();
    let system = caller.system.clone().unwrap_or_default();
    let user = caller.person.as_ref().map(|person| person.id.clone());
    let Look { incident, person, purpose, because } = read;
    LookAsk { reader, system, user, incident, person, purpose, because }
}

/// What the tombstone of an expired identity says.
fn expiry() -> Erasure {
    let because = "retention period ended".to_owned();
    Erasure { because, basis: Basis::RetentionEnded, by: "the retention rule".to_owned() }
}

fn version(entry: &Entry) -> Option<u32> {
    let muster_record::Fact::People(Fact::IdentitySealed { version, .. }) = &entry.fact else { return None };
    Some(*version)
}

fn erased_entries(entry: &Entry) -> Vec<u64> {
    let muster_record::Fact::Log(log::Fact::EntriesErased { entries, .. }) = &entry.fact else { return Vec::new() };
    entries.iter().map(|seq| seq.0).collect()
}

fn erased_person(entry: &Entry) -> Option<u32> {
    let muster_record::Fact::People(Fact::IdentityErased { person, .. }) = &entry.fact else { return None };
    Some(person.0)
}
