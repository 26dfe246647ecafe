//! Dispatches: what was issued on a record is handed over to be delivered, once each, and what came of it is kept.

use muster_record::dispatch::Dispatch;
use muster_record::fact::Fact;
use muster_record::ids::{AgencyId, CommunicationNo, IncidentId, Seq};
use muster_record::incident::communications;
use muster_record::visible::{Reader, Seen};
use thiserror::Error;

use crate::coordinator::Coordinator;
use crate::error::QueryError;

/// Entries read at a time.
const PAGE: usize = 500;

/// A communication that was approved and issued, as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who it is written for.
    pub audience: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// Why a communication is not sent.
#[derive(Debug, Error)]
pub enum NotSent {
    /// It was not issued, or the caller's agency may not see that it was.
    #[error("{communication} is not issued: it is drafted, approved by who has to, and issued first")]
    NotIssued {
        /// The communication.
        communication: CommunicationNo,
    },
    /// Another agency issued it.
    #[error("{communication} was issued by {by}, which sends it")]
    IssuedBy {
        /// The communication.
        communication: CommunicationNo,
        /// The agency.
        by: AgencyId,
    },
    /// It could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl Coordinator {
    /// The text of a communication that the reader's agency issued. It reads the record to its end.
    ///
    /// # Errors
    /// [`NotSent`]; [`QueryError::NotPermitted`] without a seat.
    pub fn issued(&self, reader: &Reader, id: &IncidentId, number: CommunicationNo) -> Result<Letter, NotSent> {
        use communications::Fact::{Approved, Drafted, Issued};
        let viewing = self.viewing(reader, id)?.ok_or(QueryError::NotPermitted)?;
        let (mut letter, mut approved, mut issued_by, mut after) = (None, false, None, Seq(0));
        loop {
            let page = self.entries(id, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.sealed.seq;
            for stored in &page {
                let Seen::Whole(entry) = viewing.seen(&stored.sealed)? else { continue };
                let Fact::Communications(fact) = entry.fact else { continue };
                match fact {
                    Drafted { communication, audience, title, body, approved_by: _ } if communication == number => {
                        letter = Some(Letter { audience, title, body });
                    }
                    Approved { communication } if communication == number => approved = true,
                    Issued { communication, how: _ } if communication == number => {
                        issued_by = Some(entry.envelope.author.agency);
                    }
                    Drafted { .. } | Approved { .. } | Issued { .. } => (),
                }
            }
        }
        match (letter, issued_by) {
            (Some(letter), Some(by)) if approved && by == reader.agency => Ok(letter),
            (Some(_), Some(by)) if approved => Err(NotSent::IssuedBy { communication: number, by }),
            (_, _) => Err(NotSent::NotIssued { communication: number }),
        }
    }

    /// What came of the letter with that reference, if one was handed over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dispatch(&self, reference: &str) -> Result<Option<Dispatch>, QueryError> {
        Ok(self.readers.dispatch(reference)?)
    }

    /// What came of all that the reader's agency had sent on an incident.
    ///
    /// # Errors
    /// [`QueryError::NotPermitted`] without a seat.
    pub fn dispatches(&self, reader: &Reader, id: &IncidentId) -> Result<Vec<Dispatch>, QueryError> {
        self.viewing(reader, id)?.ok_or(QueryError::NotPermitted)?;
        Ok(self.readers.dispatches(id, &reader.agency)?)
    }
}
