//! One change set, within the transaction of its group: checked against the record, then written.

use muster_record::entry::{Broken, Content, Domain, Hash, Sealed};
use muster_record::ids::{IncidentId, Seq};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::error::CommitError;
use crate::open::Tip;
use crate::payloads::{self, NO_SALT, Shut};
use crate::row;
use crate::sql;
use crate::write::{Append, Head, Request, Revision, SettingsChange, Snapshot};

pub(crate) fn append(tx: &Transaction<'_>, tip: &mut Tip, change: &Append) -> Result<Revision, CommitError> {
    let Append { entries, sealed: apart, request, head, snapshot } = change;
    follows(tx, entries, head)?;
    tip.revision = tip.revision.next();
    put_head(tx, tip.revision, head)?;
    let mut insert = tx.prepare_cached(sql::APPEND)?;
    for sealed in entries {
        tip.place = tip.place.saturating_add(1);
        let Sealed { incident, seq, recorded_at, envelope, content, commitment, hash } = sealed;
        let shut = apart.iter().find(|payload| payload.seq == *seq);
        let (payload, salt) = match (content, shut) {
            (_, Some(apart)) => (apart.shut.reference(), NO_SALT),
            (Content::Whole { payload, salt }, None) => (payload.clone(), *salt),
            (Content::Locked | Content::Erased, None) => {
                let problem = format!("entry {seq} says nothing");
                return Err(CommitError::Incoherent { incident: incident.clone(), problem });
            }
        };
        insert.execute(params![
            row::int(tip.place),
            row::int(tip.revision.0),
            incident.as_str(),
            row::int(seq.0),
            recorded_at.timestamp_millis(),
            envelope,
            payload,
            salt,
            commitment.0,
            hash.0,
        ])?;
        if let Some(apart) = shut {
            payloads::keep(tx, incident, apart)?;
        }
    }
    if let Some(request) = request {
        answer(tx, tip.revision, request)?;
    }
    if let Some(Snapshot { version, shut: Shut { key, wrapped, sealed } }) = snapshot {
        let incident = head.incident.as_str();
        let mut keep = tx.prepare_cached(sql::KEEP_SNAPSHOT)?;
        keep.execute(params![incident, row::int(head.seq.0), head.hash.0, version, key, wrapped, sealed])?;
        tx.prepare_cached(sql::DROP_OLD_SNAPSHOTS)?.execute([incident])?;
    }
    Ok(tip.revision)
}

/// Checks that the entries continue the record that is stored, and that the head is their last.
fn follows(tx: &Transaction<'_>, entries: &[Sealed], head: &Head) -> Result<(), CommitError> {
    let incident = &head.incident;
    let at_odds = |problem: &str| CommitError::Incoherent { incident: incident.clone(), problem: problem.to_owned() };
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(at_odds("a change set has no entry"));
    };
    if (head.seq, head.hash, head.recorded_at) != (last.seq, last.hash, last.recorded_at) {
        return Err(at_odds("the head is not the last entry"));
    }
    let stored = stored_head(tx, incident)?;
    let (stored_seq, mut before, exercise) = stored.unwrap_or((Seq(0), Hash::NONE, head.exercise));
    if exercise != head.exercise {
        return Err(at_odds("a record is a rehearsal from its first entry or never"));
    }
    let mut due = stored_seq.next();
    for sealed in entries {
        if sealed.incident != *incident {
            return Err(at_odds("an entry is of another incident"));
        }
        match sealed.verify(Domain::of_exercise(exercise), due, before) {
            Ok(()) => (),
            Err(Broken::Sequence { .. } | Broken::Chain { .. }) if due == stored_seq.next() => {
                return Err(CommitError::Stale { incident: incident.clone(), first: first.seq, stored: stored_seq });
            }
            Err(broken) => return Err(at_odds(&broken.to_string())),
        }
        (due, before) = (due.next(), sealed.hash);
    }
    Ok(())
}

fn stored_head(tx: &Transaction<'_>, incident: &IncidentId) -> rusqlite::Result<Option<(Seq, Hash, bool)>> {
    tx.prepare_cached(sql::HEAD_TO_FOLLOW)?
        .query_row([incident.as_str()], |row| Ok((row::seq(row, 0)?, row::hash(row, 1)?, row.get(2)?)))
        .optional()
}

fn put_head(tx: &Transaction<'_>, revision: Revision, head: &Head) -> rusqlite::Result<()> {
    let Head { incident, seq, hash, recorded_at, exercise, closed, summary, seats } = head;
    tx.prepare_cached(sql::PUT_HEAD)?.execute(params![
        incident.as_str(),
        row::int(seq.0),
        hash.0,
        recorded_at.timestamp_millis(),
        exercise,
        closed,
        summary,
        row::int(revision.0),
    ])?;
    let Some(seats) = seats else { return Ok(()) };
    tx.prepare_cached(sql::CLEAR_SEATS)?.execute([incident.as_str()])?;
    let mut take = tx.prepare_cached(sql::TAKE_SEAT)?;
    for agency in seats {
        take.execute([agency.as_str(), incident.as_str()])?;
    }
    Ok(())
}

fn answer(tx: &Transaction<'_>, revision: Revision, request: &Request) -> Result<(), CommitError> {
    let Request { agency, id, body, incident, first, last, at } = request;
    let written = tx.prepare_cached(sql::ANSWER_REQUEST)?.execute(params![
        agency.as_str(),
        id.as_str(),
        body.0,
        incident.as_str(),
        row::int(first.0),
        row::int(last.0),
        at.timestamp_millis(),
        row::int(revision.0),
    ]);
    match written {
        Ok(_) => Ok(()),
        Err(err) if err.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(CommitError::Repeated { agency: agency.clone(), id: id.clone() })
        }
        Err(err) => Err(err.into()),
    }
}

pub(crate) fn change_settings(tx: &Transaction<'_>, change: &SettingsChange) -> rusqlite::Result<()> {
    let SettingsChange { agency, rule_set, settings, at, system, because, request, body, outcome } = change;
    tx.prepare_cached(sql::CHANGE_SETTINGS)?.execute(params![
        agency.as_str(),
        rule_set.as_str(),
        settings.0,
        at.timestamp_millis(),
        system,
        because,
        request.as_str(),
        body.0,
        outcome,
    ])?;
    Ok(())
}
