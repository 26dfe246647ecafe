//! `RegisterService`: imports what published files say, and answers who is at risk and who could step in.

use std::pin::Pin;
use std::sync::Arc;

use muster_coordinator::{Coordinator, ImportAsk, Imported, Turn};
use muster_proto::register::{self, ImportPart, OfWhich};
use muster_proto::{Malformed, limits, v1};
use muster_record::entry::Hash;
use muster_register::Kind;
use muster_register::ask::{Filter, Of, Place};
use muster_register::plan::{Header, Placed};
use prost::Message as _;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::identity::{self, Caller};
use crate::{bounds, status};

mod named;

use named::Named;

/// Answers for the register.
pub(crate) struct Registers {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) stop: CancellationToken,
}

type Answers = mpsc::Sender<Result<v1::ImportRegisterResponse, Status>>;

#[tonic::async_trait]
impl v1::register_service_server::RegisterService for Registers {
    type ImportRegisterStream = Pin<Box<dyn Stream<Item = Result<v1::ImportRegisterResponse, Status>> + Send>>;

    async fn import_register(
        &self,
        request: Request<Streaming<v1::ImportRegisterRequest>>,
    ) -> Result<Response<Self::ImportRegisterStream>, Status> {
        let caller = identity::of(&request)?;
        let turn = self.coordinator.begin_import(&caller.agency).map_err(|error| status::not_imported(&error))?;
        let (answers, receiver) = mpsc::channel(bounds::IMPORT_WAITING);
        let importing = Importing {
            coordinator: Arc::clone(&self.coordinator),
            stop: self.stop.clone(),
            messages: request.into_inner(),
            caller,
            turn,
        };
        // On its own: an import that is being written is not given up because its caller went away.
        tokio::spawn(async move {
            let outcome = importing.run(&answers).await;
            drop(tokio::time::timeout(bounds::IMPORT_STALL, answers.send(outcome)).await);
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn get_register(
        &self,
        request: Request<v1::GetRegisterRequest>,
    ) -> Result<Response<v1::GetRegisterResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::GetRegisterRequest {} = request.into_inner();
        let (register, today) = (self.coordinator.register(), self.coordinator.today());
        let counts = Kind::ALL.iter().map(|kind| v1::KindCount {
            kind: v1::ListedKind::from(*kind).into(),
            rows: u64::try_from(register.count(*kind)).unwrap_or(u64::MAX),
        });
        let is_last = |import: &&muster_register::Import| {
            register.last_import(&import.source).is_some_and(|last| last.number == import.number)
        };
        let last = register.imports().iter().filter(is_last);
        Ok(Response::new(v1::GetRegisterResponse {
            counts: counts.collect(),
            imports: last.map(|import| register::write_import(import, today)).collect(),
            stale_after_days: u32::try_from(register.stale_after_days()).unwrap_or(u32::MAX),
            may_import: self.coordinator.maintains_register(&caller.agency),
        }))
    }

    async fn find_services(
        &self,
        request: Request<v1::FindServicesRequest>,
    ) -> Result<Response<v1::FindServicesResponse>, Status> {
        let asked = register::read_find_services(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (known, today) = (self.coordinator.register(), self.coordinator.today());
        let register::FindServices { authority, brand, provider, kind, text, page } = asked;
        let named = Named { register: &known, today };
        let filter = Filter {
            authority: authority.map(|text| named.authority(&text)).transpose()?,
            brand: brand.map(|text| named.brand(&text)).transpose()?,
            provider: provider.map(|text| named.provider(&text)).transpose()?,
            kind,
            text,
        };
        let mut found: Vec<_> = known.find(&filter, page.after.as_ref()).take(page.limit.saturating_add(1)).collect();
        let more = found.len() > page.limit;
        found.truncate(page.limit);
        let last = found.last().filter(|_| more).map(|service| service.code.to_string());
        Ok(Response::new(v1::FindServicesResponse {
            services: found.into_iter().map(|service| register::write_found(&known, service, today)).collect(),
            next_page_token: last.unwrap_or_default(),
        }))
    }

    async fn get_exposure(
        &self,
        request: Request<v1::GetExposureRequest>,
    ) -> Result<Response<v1::GetExposureResponse>, Status> {
        let asked = register::read_exposure(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (known, today) = (self.coordinator.register(), self.coordinator.today());
        let named = Named { register: &known, today };
        let of = match asked {
            OfWhich::Brand(text) => Of::Brand(named.brand(&text)?),
            OfWhich::Provider(text) => Of::Provider(named.provider(&text)?),
            OfWhich::Service(code) => return Err(status::not_listed("brand or provider", code.as_str())),
        };
        Ok(Response::new(register::write_exposure(&known, &of, &known.exposure(&of, today))))
    }

    async fn list_at_risk(
        &self,
        request: Request<v1::ListAtRiskRequest>,
    ) -> Result<Response<v1::ListAtRiskResponse>, Status> {
        let asked = register::read_list_at_risk(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (known, today) = (self.coordinator.register(), self.coordinator.today());
        let register::ListAtRisk { authority, brand, page } = asked;
        let named = Named { register: &known, today };
        let filter = Filter {
            authority: authority.map(|text| named.authority(&text)).transpose()?,
            brand: brand.map(|text| named.brand(&text)).transpose()?,
            ..Filter::default()
        };
        let found = known.at_risk(&filter, page.after.as_ref(), today);
        let mut found: Vec<_> = found.take(page.limit.saturating_add(1)).collect();
        let more = found.len() > page.limit;
        found.truncate(page.limit);
        let last = found.last().filter(|_| more).map(|found| found.service.code.to_string());
        Ok(Response::new(v1::ListAtRiskResponse {
            services: found.iter().map(|found| register::write_risk(&known, found, today)).collect(),
            next_page_token: last.unwrap_or_default(),
        }))
    }

    async fn find_replacements(
        &self,
        request: Request<v1::FindReplacementsRequest>,
    ) -> Result<Response<v1::FindReplacementsResponse>, Status> {
        let asked = register::read_find_replacements(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (known, today) = (self.coordinator.register(), self.coordinator.today());
        let register::FindReplacements { of, limit } = asked;
        let named = Named { register: &known, today };
        let place = match of {
            OfWhich::Provider(text) => Place::Provider(named.provider(&text)?),
            OfWhich::Service(code) if known.service(&code).is_some() => Place::Service(code),
            OfWhich::Service(code) => return Err(status::not_listed("service", code.as_str())),
            OfWhich::Brand(text) => return Err(status::not_listed("provider or service", &text)),
        };
        let found = known.replacements(&place, today);
        let told = found.iter().take(limit);
        Ok(Response::new(v1::FindReplacementsResponse {
            replacements: told.map(|candidate| register::write_candidate(&known, candidate, today)).collect(),
            total: u32::try_from(found.len()).unwrap_or(u32::MAX),
        }))
    }

    async fn list_authorities(
        &self,
        request: Request<v1::ListAuthoritiesRequest>,
    ) -> Result<Response<v1::ListAuthoritiesResponse>, Status> {
        let asked = register::read_list_authorities(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let register::ListAuthorities { at, region } = asked;
        let known = self.coordinator.register();
        let held = known.authorities(at.unwrap_or_else(|| self.coordinator.today()));
        let wanted = held.filter(|found| region.is_empty() || found.region.as_deref() == Some(region.as_str()));
        let authorities = wanted.map(register::write_authority).collect();
        Ok(Response::new(v1::ListAuthoritiesResponse { authorities }))
    }

    async fn resolve_agency(
        &self,
        request: Request<v1::ResolveAgencyRequest>,
    ) -> Result<Response<v1::ResolveAgencyResponse>, Status> {
        let asked = register::read_resolve_agency(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (code, at) = asked;
        let known = self.coordinator.register();
        let found = known.succession(&code, at.unwrap_or_else(|| self.coordinator.today()));
        let found = found.ok_or_else(|| status::not_listed("agency", &code))?;
        Ok(Response::new(v1::ResolveAgencyResponse {
            current: found.current.iter().map(register::write_agency).collect(),
            steps: found.steps.iter().map(|(agency, _)| register::write_agency(agency)).collect(),
        }))
    }
}

/// One import, from its first message to its report.
struct Importing {
    coordinator: Arc<Coordinator>,
    stop: CancellationToken,
    messages: Streaming<v1::ImportRegisterRequest>,
    caller: Caller,
    turn: Turn,
}

impl Importing {
    async fn run(mut self, answers: &Answers) -> Result<v1::ImportRegisterResponse, Status> {
        let mut of: Option<(Header, Hash, bool)> = None;
        let (mut rows, mut bytes) = (Vec::<Placed>::new(), 0_usize);
        while let Some(message) = self.next().await? {
            bytes = bytes.saturating_add(message.encoded_len());
            match (register::read_import(&message).map_err(|bad| status::malformed(&bad))?, &of) {
                (ImportPart::Header { header, digest, dry_run }, None) => of = Some((header, digest, dry_run)),
                (ImportPart::Header { header: _, digest: _, dry_run: _ }, Some(_)) => {
                    return Err(wrong("header", "was sent already"));
                }
                (ImportPart::Rows(_), None) => return Err(wrong("header", "is not set in the first message")),
                (ImportPart::Rows(more), Some(_)) => rows.extend(more),
            }
            if rows.len() > limits::MAX_IMPORT_ROWS || bytes > bounds::IMPORT_BYTES {
                return Err(wrong("rows", "are more than one import takes: 200,000, or 256 MiB"));
            }
            let told = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            // Word of progress that nobody takes is left out.
            drop(answers.try_send(Ok(progress(v1::import_register_response::Progress::Rows(told)))));
        }
        let Some((header, digest, dry_run)) = of else { return Err(wrong("header", "is not set")) };
        // An import takes a while, and is looked at once more before anything of it is kept.
        self.caller.pass.check()?;
        let system = self.caller.hand().name().to_owned();
        let ask = ImportAsk { agency: self.caller.agency, system, header, digest, dry_run, rows };
        let imported = self.coordinator.import(self.turn, ask).await;
        let Imported { report, number } = imported.map_err(|error| status::not_imported(&error))?;
        let report = register::write_report(&report, number.unwrap_or(0));
        Ok(progress(v1::import_register_response::Progress::Report(report)))
    }

    async fn next(&mut self) -> Result<Option<v1::ImportRegisterRequest>, Status> {
        tokio::select! {
            () = self.stop.cancelled() => Err(status::stopping()),
            next = tokio::time::timeout(bounds::IMPORT_STALL, self.messages.message()) => {
                next.unwrap_or_else(|_| Err(wrong("rows", "did not go on for 30 seconds: send the import again")))
            }
        }
    }
}

fn progress(progress: v1::import_register_response::Progress) -> v1::ImportRegisterResponse {
    v1::ImportRegisterResponse { progress: Some(progress) }
}

fn wrong(field: &str, problem: &str) -> Status {
    status::malformed(&Malformed::one(field, problem))
}
