//! Who the people are: written down sealed, told to whoever may know, erased. Each look is audited before it is answered.

use muster_record::audit::{AuditRow, Audited, Did, Purpose, Reach};
use muster_record::entry::{Asked, Author};
use muster_record::erasing::{Erasure, Extent};
use muster_record::identity::{Identity, names_nobody};
use muster_record::ids::{AgencyId, IncidentId, PersonNo, RequestId, Seq};
use muster_record::retention::Retention;
use muster_record::subject::{Concerning, concerning};
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_record::{Entry, Refusal};
use muster_seal::KeyRing;
use muster_store::{ReadError, Reads};
use tokio::sync::oneshot;

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::{Appended, Job};

/// What a coordinator needs to keep personal data.
pub struct PeopleParts {
    /// The keys that wrap those of people and of what entries say of them.
    pub keys: KeyRing,
    /// How long things are kept.
    pub retention: Retention,
}

/// A caller's request to write down who a person is.
pub struct SealAsk {
    /// The incident.
    pub incident: IncidentId,
    /// Who asks.
    pub author: Author,
    /// What the caller names the request.
    pub request: RequestId,
    /// The last entry the caller knows of, if it wants the write refused when there are later ones.
    pub expected_seq: Option<Seq>,
    /// When it happened; now where absent.
    pub occurred_at: Option<Instant>,
    /// Decide, but write nothing.
    pub validate_only: bool,
    /// The class and the circle of the entry, where others were asked for.
    pub labels: Asked,
    /// The person.
    pub person: PersonNo,
    /// Who they are.
    pub identity: Identity,
}

/// What is to be erased.
#[derive(Debug, Clone)]
pub enum Whose {
    /// What is held of one person.
    One {
        /// The person.
        person: PersonNo,
        /// How much of it.
        extent: Extent,
    },
    /// All that is kept beyond its time.
    Overdue,
}

/// A caller's request to erase.
#[derive(Debug, Clone)]
pub struct EraseAsk {
    /// The incident.
    pub incident: IncidentId,
    /// Who asks.
    pub author: Author,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body, in which there is no personal data.
    pub body: muster_record::entry::Hash,
    /// Decide, but erase nothing.
    pub validate_only: bool,
    /// The class and the circle of the entries, where others were asked for.
    pub labels: Asked,
    /// Whose.
    pub whose: Whose,
    /// Why, as the tombstone says it.
    pub erasure: Erasure,
}

/// A caller's request to be told who one person is.
#[derive(Debug, Clone)]
pub struct LookAsk {
    /// Who asks: the caller's agency, and the classes that it may read at most.
    pub reader: Reader,
    /// The caller's system.
    pub system: String,
    /// The person who uses the system, where one has signed in.
    pub user: Option<String>,
    /// The incident.
    pub incident: IncidentId,
    /// The person.
    pub person: PersonNo,
    /// What for.
    pub purpose: Purpose,
    /// What for, in the caller's words.
    pub because: String,
}

/// Who a person is, as it was told.
pub struct Told {
    /// Who they are.
    pub identity: Identity,
    /// The version of it.
    pub version: u32,
}

/// All that is held of a person on one incident.
pub struct Export {
    /// Who they are; absent when it was never written down, or erased.
    pub told: Option<Told>,
    /// The entries that concern them, without what these say of others.
    pub entries: Vec<Entry>,
    /// Entries that concern them and that the controller has to decide about.
    pub to_decide: Vec<Seq>,
    /// Who looked, this export included.
    pub looked: Vec<AuditRow>,
}

/// What the writer is asked to look at.
pub(crate) struct Look {
    pub(crate) ask: LookAsk,
    pub(crate) did: Did,
    /// The time, as far as access goes.
    pub(crate) at: Instant,
    /// The entries that will be served with it.
    pub(crate) entries: Vec<Seq>,
    /// Where the answer goes once the audit of it is durable. Dropped, nothing is told.
    pub(crate) answer: oneshot::Sender<Option<Told>>,
}

/// Entries and rows read at a time.
const PAGE: usize = 500;

impl Coordinator {
    /// Writes down who a person is, sealed, with an entry that says that it was.
    ///
    /// # Errors
    /// [`AppendError`], each case with what the caller can do.
    pub async fn seal_identity(&self, ask: SealAsk) -> Result<Appended, AppendError> {
        self.written(Job::Seal(Box::new(ask))).await
    }

    /// Erases who one person is, or all who are overdue, with a tombstone each. Nothing written: nobody is overdue.
    ///
    /// # Errors
    /// [`AppendError`], each case with what the caller can do.
    pub async fn erase_identities(&self, ask: EraseAsk) -> Result<Option<Appended>, AppendError> {
        self.queue.ask(Job::Erase(Box::new(ask))).await
    }

    /// Tells who a person is. That it was told, or refused, stands in the audit before this returns.
    ///
    /// # Errors
    /// [`AppendError`]; when the audit could not be written, nothing is told.
    pub async fn identity(&self, ask: LookAsk) -> Result<Told, AppendError> {
        let nobody = || Refusal::NoSuch { what: "identity of person", given: ask.person.0.to_string() };
        let refusal = nobody();
        let told = self.look(ask, Did::ReadIdentity, Vec::new()).await?;
        told.ok_or(AppendError::Refused { refusal, command: 0 })
    }

    /// Gives all that is held of a person on one incident, to be handed to them. It is audited as a look is.
    ///
    /// # Errors
    /// As [`Coordinator::identity`].
    pub async fn export(&self, ask: LookAsk) -> Result<Export, AppendError> {
        let (incident, person) = (ask.incident.clone(), ask.person);
        let (entries, to_decide) = self.entries_concerning(&ask.reader, &incident, person)?;
        let served = entries.iter().map(|entry| entry.seq).collect();
        let told = self.look(ask, Did::ExportSubject, served).await?;
        let looked = self.rows(&incident, |row| row.audited.people.contains(&person))?;
        Ok(Export { told, entries, to_decide, looked })
    }

    async fn look(&self, ask: LookAsk, did: Did, entries: Vec<Seq>) -> Result<Option<Told>, AppendError> {
        names_nobody("because", &ask.because).map_err(|refusal| AppendError::Refused { refusal, command: 0 })?;
        let (answer, told) = oneshot::channel();
        let at = self.access_time();
        self.ask_writer(Job::Look(Box::new(Look { ask, did, at, entries, answer }))).await?;
        told.await.map_err(|_| AppendError::Stopping)
    }

    /// Puts a row into the audit: durable when this returns. Whoever is about to serve what is audited waits for it,
    /// and serves nothing when it fails.
    ///
    /// # Errors
    /// When it is not known to be kept.
    pub async fn audit(&self, audited: Audited) -> Result<(), AppendError> {
        self.ask_writer(Job::Audit(Box::new(audited))).await
    }

    /// Who was told, or refused, who a person is, oldest first: for those who may be told themselves.
    ///
    /// # Errors
    /// As `Incident::may_identify`.
    pub fn who_looked(
        &self,
        agency: &AgencyId,
        incident: &IncidentId,
        person: PersonNo,
    ) -> Result<Vec<AuditRow>, AppendError> {
        let fold = self.fold(incident)?.ok_or(QueryError::NotPermitted)?;
        fold.may_identify(agency, person).map_err(|refusal| AppendError::Refused { refusal, command: 0 })?;
        Ok(self.rows(incident, |row| row.audited.people.contains(&person))?)
    }

    /// Rows of an incident's audit behind a place, at most `limit`, as far as the agency may read them; and the last
    /// place that was looked at, to go on from.
    ///
    /// # Errors
    /// As `Incident::may_audit`.
    pub fn audit_rows(
        &self,
        agency: &AgencyId,
        incident: &IncidentId,
        after: u64,
        limit: usize,
    ) -> Result<(Vec<AuditRow>, u64), AppendError> {
        let fold = self.fold(incident)?.ok_or(QueryError::NotPermitted)?;
        let reach = fold.may_audit(agency).map_err(|refusal| AppendError::Refused { refusal, command: 0 })?;
        let mut rows = self.readers.audit_of(incident, after, limit).map_err(QueryError::from)?;
        let last = rows.last().map_or(after, |row| row.number);
        rows.retain(|row| reach == Reach::All || row.audited.agency == *agency);
        Ok((rows, last))
    }

    /// The people of an incident whose identities are kept beyond their time, and since when they are due.
    ///
    /// # Errors
    /// [`Refusal::NotLead`] for anybody but the lead.
    pub fn overdue(
        &self,
        agency: &AgencyId,
        incident: &IncidentId,
    ) -> Result<(Option<Instant>, Vec<PersonNo>), AppendError> {
        let refused = |refusal| AppendError::Refused { refusal, command: 0 };
        let fold = self.fold(incident)?.ok_or(QueryError::NotPermitted)?;
        match fold.may_audit(agency).map_err(refused)? {
            Reach::All => {
                Ok((fold.identities_due(self.retention), fold.identities_overdue(self.retention, self.now())))
            }
            Reach::Own => Err(refused(Refusal::NotLead)),
        }
    }

    /// What stands on the record of a person, as the agency sees it and the person may have it.
    fn entries_concerning(
        &self,
        reader: &Reader,
        incident: &IncidentId,
        person: PersonNo,
    ) -> Result<(Vec<Entry>, Vec<Seq>), QueryError> {
        let Some(viewing) = self.viewing(reader, incident)? else { return Ok(Default::default()) };
        let (mut given, mut to_decide, mut after) = (Vec::new(), Vec::new(), Seq(0));
        loop {
            let page = self.entries(incident, after, PAGE)?;
            for stored in &page {
                after = stored.sealed.seq;
                let Some(entry) = stored.sealed.open_unless_erased()? else { continue };
                let may = viewing.access.sees(&entry.envelope.labels(entry.seq), viewing.at).is_seen();
                match concerning(&entry, person) {
                    Some(Concerning::Given(fact)) if may => given.push(Entry { fact: *fact, ..entry }),
                    Some(Concerning::Given(_) | Concerning::ToDecide) => to_decide.push(entry.seq),
                    None => (),
                }
            }
            if page.len() < PAGE {
                return Ok((given, to_decide));
            }
        }
    }

    /// The rows of an incident's audit that are wanted.
    fn rows(&self, incident: &IncidentId, wanted: impl Fn(&AuditRow) -> bool) -> Result<Vec<AuditRow>, QueryError> {
        let (mut rows, mut after) = (Vec::new(), 0);
        loop {
            let page = self.readers.audit_of(incident, after, PAGE)?;
            let full = page.len() == PAGE;
            after = page.last().map_or(after, |row| row.number);
            rows.extend(page.into_iter().filter(|row| wanted(row)));
            if !full {
                return Ok(rows);
            }
        }
    }
}

/// Tells the operator of keys that the key file lacks, before somebody meets what they would open.
pub(crate) fn warn_of_keys(readers: &dyn Reads, keys: &KeyRing) -> Result<(), ReadError> {
    for (key, wraps) in readers.keys_in_use()? {
        if keys.ids().all(|id| id.as_str() != key) {
            tracing::warn!(
                key,
                wraps,
                "the key file lacks a key: the people and entries it is for cannot be read until it is put back"
            );
        }
    }
    Ok(())
}
