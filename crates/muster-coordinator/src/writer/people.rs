//! The writer's part in personal data: it seals, opens and erases, and writes the audit with what it prepares.

use std::sync::Arc;

use muster_record::audit::{Answered, Audited, Did};
use muster_record::entry::{Author, Broken, Hash};
use muster_record::erasing::Doomed;
use muster_record::identity::Identity;
use muster_record::ids::{IncidentId, PersonNo};
use muster_record::incident::people;
use muster_record::time::Instant;
use muster_record::visible::Why;
use muster_record::{Incident, Refusal};
use muster_seal::{Bound, DataKey, KeyId, KeyRing, Wrapped, commitment};
use muster_store::{AuditWrite, SealedPerson, WrappedKey, Write};
use zeroize::Zeroizing;

use super::Writer;
use crate::error::{AppendError, QueryError};
use crate::group::{Group, Pending, would_be};
use crate::people::{EraseAsk, Look, SealAsk, Told, Whose};
use crate::sealing::{nonce, random};
use crate::surroundings::{Surroundings, now};
use crate::writing::Pen;

fn refused(refusal: Refusal) -> AppendError {
    AppendError::Refused { refusal, command: 0 }
}

impl Writer {
    /// Seals who a person is. It has a group of its own: what is kept of them is read as it was committed.
    pub(super) fn seal(&mut self, group: &mut Group, ask: &SealAsk) -> Result<Pending, AppendError> {
        let fold = self.take_fold(group, &ask.incident)?.ok_or(QueryError::NotPermitted)?;
        let drafted = self.draft_seal(group, &fold, ask);
        let (pen, request, sealed) = match drafted {
            Ok(Drafted::Pending(pending)) => {
                self.folds.insert(ask.incident.clone(), fold);
                return Ok(pending);
            }
            Ok(Drafted::Sealed { version, commitment, request, sealed }) => {
                if ask.validate_only {
                    self.folds.insert(ask.incident.clone(), fold.clone());
                }
                let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
                let at = ask.occurred_at.unwrap_or(pen.at());
                let fact = people::Fact::IdentitySealed { person: ask.person, version, commitment };
                pen.put(&ask.author, at, None, fact.into(), &ask.labels)?;
                (pen, request, sealed)
            }
            Err(error) => {
                self.folds.insert(ask.incident.clone(), fold);
                return Err(error);
            }
        };
        if ask.validate_only {
            return Ok(Pending::Known(Ok(would_be(pen.finish()))));
        }
        group.writes.push(Write::Seal(sealed));
        self.keep(group, pen, Some((ask.author.agency.clone(), ask.request.clone(), request)))
    }

    fn draft_seal(&self, group: &Group, fold: &Incident, ask: &SealAsk) -> Result<Drafted, AppendError> {
        let SealAsk {
            incident,
            author,
            request,
            expected_seq,
            occurred_at: _,
            validate_only: _,
            labels: _,
            person,
            identity,
        } = ask;
        fold.may_identify(&author.agency, *person).map_err(refused)?;
        let keys = self.keys.as_ref();
        let known = self.readers.sealed_person(incident, *person).map_err(QueryError::from)?;
        let (key, wrapped) = match known {
            Some(SealedPerson { key: kept, .. }) => (unwrap(keys, &kept)?, kept),
            None => fresh(keys, incident, *person, self.surroundings.as_ref())?,
        };
        let plain = identity.to_bytes();
        let body = key.digest(&asked(ask, &plain));
        if let Some(pending) = self.repeated(group, &author.agency, request, body, Some(incident))? {
            return Ok(Drafted::Pending(pending));
        }
        if let Some(expected) = expected_seq.filter(|expected| *expected != fold.seq) {
            return Err(refused(Refusal::SeqConflict { expected: expected.0, current: fold.seq.0 }));
        }
        let version = fold.next_identity(author, *person).map_err(refused)?;
        let bound = Bound::Identity { incident, person: *person, version };
        let sealed = key.seal(bound, nonce(self.surroundings.as_ref()), &plain);
        let salt = self.surroundings.random();
        let commitment = commitment(&salt, bound, &sealed);
        let sealed = SealedPerson { key: wrapped, version, salt, sealed };
        Ok(Drafted::Sealed { version, commitment, request: body, sealed })
    }

    /// Erases who one person is, what entries say of them, or all that is overdue: tombstones, keys and sealed bytes in
    /// one transaction.
    pub(super) fn erase(&mut self, group: &mut Group, ask: &EraseAsk) -> Result<Pending, AppendError> {
        let EraseAsk { incident, author, request, body, validate_only, labels, whose, erasure } = ask;
        if let Some(pending) = self.repeated(group, &author.agency, request, *body, Some(incident))? {
            return Ok(pending);
        }
        let sealed = self.readers.sealed_entries(incident).map_err(QueryError::from)?.into_iter().collect();
        let fold = self.take_fold(group, incident)?.ok_or(QueryError::NotPermitted)?;
        let doomed = match whose {
            Whose::One { person, extent } => fold.erase(author, *person, *extent, &sealed, erasure),
            Whose::Overdue => {
                let now = now(self.surroundings.as_ref());
                fold.erase_overdue(author, self.retention, now, &sealed, erasure)
            }
        };
        let Doomed { people, entries, tombstones } = match doomed {
            Ok(doomed) => doomed,
            Err(refusal) => {
                self.folds.insert(incident.clone(), fold);
                return Err(refused(refusal));
            }
        };
        if *validate_only {
            self.folds.insert(incident.clone(), fold.clone());
        }
        let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
        let at = pen.at();
        for tombstone in tombstones {
            pen.put(author, at, None, tombstone, labels)?;
        }
        if *validate_only {
            return Ok(Pending::Known(Ok(would_be(pen.finish()))));
        }
        let pending = self.keep(group, pen, Some((author.agency.clone(), request.clone(), *body)))?;
        group.writes.extend(people.iter().map(|person| Write::Erase { incident: incident.clone(), person: *person }));
        if !entries.is_empty() {
            group.writes.push(Write::EraseEntries { incident: incident.clone(), entries });
            // The fold that was kept warm knows what is erased: the next one is worked out without it.
            self.folds.remove(incident);
        }
        Ok(pending)
    }

    /// Prepares an answer to who a person is, and the audit of it. The answer goes out when both are committed.
    pub(super) fn look(&mut self, group: &mut Group, look: &Look) -> Result<Pending, AppendError> {
        let Look { ask, did, at, entries, answer: _ } = look;
        let (prepared, grant) = self.prepare_told(group, &ask.incident, &ask.reader.agency, ask.person, *did, *at)?;
        let answered = match &prepared {
            Ok(_) => Answered::Served,
            Err(error) => Answered::Refused(error.code().to_owned()),
        };
        let served = prepared.is_ok();
        let version = prepared.as_ref().ok().and_then(|told| Some(told.as_ref()?.version));
        let crate::people::LookAsk { reader, system, user, incident, person, purpose, because } = ask.clone();
        let audited = Audited {
            did: *did,
            agency: reader.agency,
            system,
            user,
            purpose,
            because,
            incident,
            people: vec![person],
            version,
            entries: if served { entries.clone() } else { Vec::new() },
            grant: grant.and_then(Why::grant),
            answered,
        };
        self.write_audit(group, &audited)?;
        match prepared {
            Ok(told) => {
                group.told.insert(group.answers.len(), told);
                Ok(Pending::Kept)
            }
            Err(error) => Ok(Pending::Told(error)),
        }
    }

    /// The answer, or why there is none. What could not even be looked at is an error beyond that.
    fn prepare_told(
        &mut self,
        group: &Group,
        incident: &IncidentId,
        agency: &muster_record::ids::AgencyId,
        person: PersonNo,
        did: Did,
        at: Instant,
    ) -> Result<Prepared, AppendError> {
        let fold = match self.take_fold(group, incident) {
            Ok(Some(fold)) => fold,
            Ok(None) => return Ok((Err(refused(Refusal::NotPermitted)), None)),
            Err(QueryError::Broken(Broken::Locked { .. })) => return Ok((Err(AppendError::NoKeys), None)),
            Err(error) => return Err(error.into()),
        };
        let may = fold.may_be_told(agency, person, at.max(fold.recorded_at));
        let grant = may.as_ref().ok().copied().flatten();
        let may = may.and_then(|_| match (did, fold.identity_of(person)) {
            // Whatever else is held of a person is theirs to have when who they are is not.
            (Did::ExportSubject, Err(_)) => Ok(None),
            (_, version) => version.map(Some),
        });
        self.folds.insert(incident.clone(), fold);
        let version = match may {
            Ok(Some(version)) => version,
            Ok(None) => return Ok((Ok(None), grant)),
            Err(refusal) => return Ok((Err(refused(refusal)), grant)),
        };
        let kept = self.readers.sealed_person(incident, person).map_err(QueryError::from)?;
        Ok((open(&self.keys, kept.as_ref(), version).map(Some), grant))
    }

    pub(super) fn write_audit(&self, group: &mut Group, audited: &Audited) -> Result<(), AppendError> {
        let row = serde_json::to_string(audited).map_err(QueryError::from)?;
        let (at, incident) = (now(self.surroundings.as_ref()), audited.incident.clone());
        group.writes.push(Write::Audit(AuditWrite { at, incident, row }));
        Ok(())
    }
}

/// An answer that is ready, or why there is none, and the grant that it rests on.
type Prepared = (Result<Option<Told>, AppendError>, Option<Why>);

/// What came of deciding a request to seal.
enum Drafted {
    /// It was asked before.
    Pending(Pending),
    /// It is to be kept.
    Sealed { version: u32, commitment: Hash, request: Hash, sealed: SealedPerson },
}

/// All that a request to seal asks for, as bytes for the digest that stands with its answer.
fn asked(ask: &SealAsk, plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let SealAsk { incident, author, request: _, expected_seq, occurred_at, validate_only, labels, person, identity: _ } =
        ask;
    let Author { agency, hand: _, office } = author;
    let head =
        format!("{incident}/{person}/{agency}/{office:?}/{expected_seq:?}/{occurred_at:?}/{validate_only}/{labels:?}/");
    let mut bytes = Zeroizing::new(Vec::with_capacity(head.len().saturating_add(plain.len())));
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(plain);
    bytes
}

fn fresh(
    keys: &KeyRing,
    incident: &IncidentId,
    person: PersonNo,
    surroundings: &dyn Surroundings,
) -> Result<(DataKey, WrappedKey), AppendError> {
    let key = DataKey::new(random(surroundings));
    let wrapped = keys
        .wrap(Bound::Identity { incident, person, version: 0 }, nonce(surroundings), &key)
        .ok_or(AppendError::NoKeys)?;
    let Wrapped { with, bytes } = wrapped;
    let wrapped = WrappedKey { incident: incident.clone(), person, key: with.as_str().to_owned(), wrapped: bytes };
    Ok((key, wrapped))
}

fn unwrap(keys: &KeyRing, kept: &WrappedKey) -> Result<DataKey, AppendError> {
    let WrappedKey { incident, person, key, wrapped } = kept;
    let with = KeyId::parse(key).ok_or(AppendError::DoesNotOpen)?;
    let wrapped = Wrapped { with, bytes: wrapped.clone() };
    keys.unwrap(Bound::Identity { incident, person: *person, version: 0 }, &wrapped).map_err(|why| {
        tracing::error!(%incident, person = person.0, %why, "a person's key cannot be unwrapped");
        match why {
            muster_seal::NotUnwrapped::NoSuchKey { .. } => AppendError::NoKeys,
            muster_seal::NotUnwrapped::DoesNotOpen { .. } => AppendError::DoesNotOpen,
        }
    })
}

/// Opens what is kept of a person, which has to be the version that the record names.
fn open(keys: &KeyRing, kept: Option<&SealedPerson>, version: u32) -> Result<Told, AppendError> {
    let kept = kept.filter(|kept| kept.version == version).ok_or(AppendError::DoesNotOpen)?;
    let bound = Bound::Identity { incident: &kept.key.incident, person: kept.key.person, version };
    let plain = unwrap(keys, &kept.key)?.open(bound, &kept.sealed).map_err(|_| AppendError::DoesNotOpen)?;
    let identity = Identity::from_bytes(&plain).map_err(|_| AppendError::DoesNotOpen)?;
    Ok(Told { identity, version })
}
