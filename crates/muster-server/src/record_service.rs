//! `RecordService`: write to an incident, read it, follow it.

use std::pin::Pin;
use std::sync::Arc;

use muster_coordinator::{AppendAsk, Appended, Coordinator, QueryError, Viewing};
use muster_proto::query::{self, Scope as Asked};
use muster_proto::watching::Answer;
use muster_proto::{Warning, evidence as wire, request, v1, write_warnings};
use muster_record::entry::{Content, Hash};
use muster_record::ids::{IncidentId, Seq};
use muster_record::visible::{Reader, Sight};
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::evidence::{self, Export};
use crate::glass::Looker;
use crate::token::{Scope, Token};
use crate::watch::{self, Cursor, Doorbell, Taken};
use crate::{bounds, identity, rights, status, view};

/// Answers for records.
pub(crate) struct Records {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) doorbell: Arc<Doorbell>,
    pub(crate) stop: CancellationToken,
}

/// What is said of an entry that the caller would see if it still said anything.
const ERASED: &str = "what it said was erased; a later entry says who decided that, why and on which legal basis";

#[tonic::async_trait]
impl v1::record_service_server::RecordService for Records {
    async fn append(&self, request: Request<v1::AppendRequest>) -> Result<Response<v1::AppendResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let known = |agency: &_| self.coordinator.directory().get(agency).map(Arc::unwrap_or_clone);
        let read = request::read_append(&wire, &known).map_err(|bad| status::malformed(&bad))?;
        let request::Append { incident, options, commands, warnings } = read;
        let request::Options { request_id, expected_seq, validate_only, office, occurred_at, labels } = options;
        for command in &commands {
            rights::may_be_given(command, &caller.reach).map_err(status::right_missing)?;
        }
        let reader = caller.reader();
        let ask = AppendAsk {
            incident,
            author: caller.author(office)?,
            request: request_id,
            body: body_hash(&wire),
            expected_seq,
            occurred_at,
            validate_only,
            commands,
            labels,
            reader,
        };
        let appended = self.coordinator.append(ask).await.map_err(|error| status::not_appended(&error))?;
        let entries = appended.entries.iter().map(|written| view::written(written, appended.exercise)).collect();
        let result = Some(result(&self.coordinator, &appended, &warnings));
        Ok(Response::new(v1::AppendResponse { result, entries }))
    }

    async fn read(&self, request: Request<v1::ReadRequest>) -> Result<Response<v1::ReadResponse>, Status> {
        let caller = identity::of(&request)?;
        let read = query::read_read(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let query::Read { incident: id, after, limit } = read;
        let not_read = |error| status::not_read(&error);
        let reader = caller.reader();
        self.viewing(&reader, &id)?;
        let limit = usize::try_from(limit).unwrap_or(bounds::READ_PAGE);
        let stored = self.coordinator.entries(&id, after, limit).map_err(not_read)?;
        // Asked again, so that the right to see is that of the moment after the entries were read.
        let incident = self.coordinator.incident(&reader, &id).map_err(not_read)?;
        let viewing = self.viewing(&reader, &id)?;
        let sealed = stored.iter().map(|stored| &stored.sealed);
        Looker::of(&caller).is_served(&self.coordinator, &id, &viewing, sealed).await?;
        let (mut entries, mut bytes) = (Vec::with_capacity(stored.len()), 0_usize);
        // Whoever asks beyond the end goes on at the end: a place ahead of it would pass over what comes.
        let (mut revision, mut seq) = (0, after.min(incident.seq));
        for stored in &stored {
            let entry = view::stored(&viewing, &stored.sealed).map_err(not_read)?;
            bytes = bytes.saturating_add(entry.encoded_len());
            if bytes > bounds::PAGE_OUT && !entries.is_empty() {
                break;
            }
            (revision, seq) = (stored.revision.0, stored.sealed.seq);
            entries.push(entry);
        }
        let token = Token { revision, seq, ..Token::at_the_beginning(&self.coordinator, Scope::Incident(id)) };
        let resume = token.to_bytes().into();
        Ok(Response::new(v1::ReadResponse { entries, last_seq: incident.seq.0, resume }))
    }

    async fn explain_access(
        &self,
        request: Request<v1::ExplainAccessRequest>,
    ) -> Result<Response<v1::ExplainAccessResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_explain_access(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (id, seq) = asked;
        let viewing = self.viewing(&caller.reader(), &id)?;
        let before = Seq(seq.0.saturating_sub(1));
        let found = self.coordinator.entries(&id, before, 1).map_err(|error| status::not_read(&error))?;
        let Some(found) = found.first() else {
            let none = QueryError::NoSuch { what: "entry", given: seq.to_string() };
            return Err(status::not_read(&none));
        };
        let labels = found.sealed.labels().map_err(|broken| status::not_read(&broken.into()))?;
        let (visible, because, until) = match viewing.access.sees(&labels, viewing.at) {
            Sight::Seen(_) if found.sealed.content == Content::Erased => (false, ERASED.to_owned(), None),
            Sight::Seen(why) => (true, why.told(), viewing.access.grants.until(why)),
            Sight::Withheld(why) => (false, why.told().to_owned(), None),
        };
        let until = until.map(muster_proto::time::write_time);
        Ok(Response::new(v1::ExplainAccessResponse { visible, because, until }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<v1::WatchResponse, Status>> + Send>>;

    /// A watch as messages, for our own pages. On the wire it is answered by `watch/route.rs`.
    async fn watch(&self, request: Request<v1::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let read = |answer: Answer| answer.read().map_err(|error| status::unreadable_answer(&error));
        let taken = self.follow(request)?.map(move |answer| answer.and_then(read));
        Ok(Response::new(Box::pin(taken)))
    }
    async fn get_checkpoint(
        &self,
        request: Request<v1::GetCheckpointRequest>,
    ) -> Result<Response<v1::GetCheckpointResponse>, Status> {
        let caller = identity::of(&request)?;
        let id = wire::read_get_checkpoint(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let coordinator = self.seated(&caller.reader(), &id)?;
        let signed = evidence::worked_out(coordinator, move |coordinator| coordinator.checkpoint(&id)).await?;
        Ok(Response::new(v1::GetCheckpointResponse { checkpoint: Some(wire::write_checkpoint(&signed)) }))
    }

    async fn get_consistency_proof(
        &self,
        request: Request<v1::GetConsistencyProofRequest>,
    ) -> Result<Response<v1::GetConsistencyProofResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = wire::read_consistency(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let wire::Consistency { incident: id, old, new } = asked;
        let coordinator = self.seated(&caller.reader(), &id)?;
        let proof =
            evidence::worked_out(coordinator, move |coordinator| coordinator.prove_consistency(&id, old, new)).await?;
        Ok(Response::new(v1::GetConsistencyProofResponse { hashes: wire::write_proof(&proof) }))
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<v1::GetInclusionProofRequest>,
    ) -> Result<Response<v1::GetInclusionProofResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = wire::read_inclusion(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let wire::Inclusion { incident: id, seq, size } = asked;
        let coordinator = self.seated(&caller.reader(), &id)?;
        let (entry, proof) =
            evidence::worked_out(coordinator, move |coordinator| coordinator.prove_inclusion(&id, seq, size)).await?;
        let entry_hash = entry.0.to_vec().into();
        Ok(Response::new(v1::GetInclusionProofResponse { entry_hash, hashes: wire::write_proof(&proof) }))
    }

    type ExportIncidentStream = Pin<Box<dyn Stream<Item = evidence::Chunk> + Send>>;

    async fn export_incident(
        &self,
        request: Request<v1::ExportIncidentRequest>,
    ) -> Result<Response<Self::ExportIncidentStream>, Status> {
        let caller = identity::of(&request)?;
        let incident = wire::read_export(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let coordinator = Arc::clone(self.seated(&caller.reader(), &incident)?);
        let (sender, receiver) = mpsc::channel(bounds::EXPORT_WAITING);
        let looker = Looker::of(&caller);
        let export = Export { coordinator, reader: caller.reader(), looker, incident, sender, stop: self.stop.clone() };
        tokio::spawn(export.run());
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

impl Records {
    /// A watch: what a caller may see of what there is and what comes.
    pub(crate) fn follow(&self, request: Request<v1::WatchRequest>) -> Result<Taken, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_watch(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let query::Watch { scope, resume_from, include_snapshot, bookmark } = asked;
        let scope = match scope {
            Asked::Incident(id) => {
                self.viewing(&caller.reader(), &id)?;
                Scope::Incident(id)
            }
            Asked::AllVisible => Scope::All,
        };
        let token = watch::start(&self.coordinator, scope, &resume_from)?;
        let place = caller.pass.watch_place(&caller.agency)?;
        let (sender, receiver) = mpsc::channel(bounds::WATCH_WAITING.saturating_add(1));
        let last_word = sender.clone().try_reserve_owned().map_err(|_| status::stopping())?;
        let cursor = Cursor {
            coordinator: Arc::clone(&self.coordinator),
            reader: caller.reader(),
            looker: Looker::of(&caller),
            pass: caller.pass,
            token,
            bookmark_every: bookmark,
            sender,
            stop: self.stop.clone(),
            told: watch::Told::default(),
            ear: self.doorbell.ear(),
            page: Vec::new(),
            bytes: 0,
        };
        tokio::spawn(cursor.run(include_snapshot, last_word));
        Ok(Taken::of(receiver, place))
    }

    /// What the coordinator can say of an incident to somebody with a seat in it.
    fn seated(&self, reader: &Reader, id: &IncidentId) -> Result<&Arc<Coordinator>, Status> {
        self.viewing(reader, id)?;
        Ok(&self.coordinator)
    }

    /// What a reader may see of an incident now.
    fn viewing(&self, reader: &Reader, id: &IncidentId) -> Result<Viewing, Status> {
        let found = self.coordinator.viewing(reader, id).and_then(|found| found.ok_or(QueryError::NotPermitted));
        found.map_err(|error| status::not_read(&error))
    }
}

/// The hash of what a request asks for, whatever it is called.
pub(crate) fn body_hash(wire: &impl HasOptions) -> Hash {
    Hash::of(&wire.without_its_name())
}

/// A request to write, which its caller names.
pub(crate) trait HasOptions {
    /// The request as bytes, its name left out.
    fn without_its_name(&self) -> Vec<u8>;
}

macro_rules! named_by_its_options {
    ($($request:ident),+ $(,)?) => {
        $(impl HasOptions for v1::$request {
            fn without_its_name(&self) -> Vec<u8> {
                let mut unnamed = self.clone();
                unnamed.options.iter_mut().for_each(|options| options.request_id.clear());
                unnamed.encode_to_vec()
            }
        })+
    };
}

named_by_its_options!(
    AppendRequest,
    OpenIncidentRequest,
    OpenRegionalIncidentRequest,
    AddMemberRequest,
    EraseIdentityRequest,
    ExpireIdentitiesRequest,
);

macro_rules! named_by_themselves {
    ($($request:ident),+ $(,)?) => {
        $(impl HasOptions for v1::$request {
            fn without_its_name(&self) -> Vec<u8> {
                let mut unnamed = self.clone();
                unnamed.request_id.clear();
                unnamed.encode_to_vec()
            }
        })+
    };
}

named_by_themselves!(ChangeSettingsRequest, ProposeUseRequest, UpgradeRuleSetRequest, InstallHeader);

/// What became of a write.
pub(crate) fn result(coordinator: &Coordinator, appended: &Appended, warnings: &[Warning]) -> v1::WriteResult {
    let Appended { incident, first, last, revision, at, replayed, entries: _, exercise: _ } = appended;
    let scope = Scope::Incident(incident.clone());
    let token = Token { revision: revision.0, seq: *last, ..Token::at_the_beginning(coordinator, scope) };
    let written = revision.0 > 0;
    v1::WriteResult {
        first_seq: first.0,
        seq: last.0,
        resume: if written { token.to_bytes().into() } else { Default::default() },
        commit_time: written.then(|| muster_proto::time::write_time(*at)),
        replayed: *replayed,
        warnings: write_warnings(warnings),
    }
}
