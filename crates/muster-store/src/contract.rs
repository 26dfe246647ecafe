//! What a store is to those who use it, whichever keeps the bytes.
//!
//! SQLite keeps them in this crate; a database server keeps them elsewhere and answers to the same traits, and one suite of
//! tests holds both to what is said here. What a family of reads says of its order and its limits is part of the contract.
//!
//! These are traits and no enum over the stores: an enum would have to know every store, so that whoever reads a record
//! would be built with every database there is. They are called a few times a request, never in a loop over entries, so
//! that a call through a table costs nothing that could be measured beside the read behind it.

use std::sync::Arc;

use muster_record::ids::{AgencyId, IncidentId, RequestId};

use crate::error::{CommitError, ReadError};
use crate::payloads::Opens;
use crate::read::Readers;
use crate::store::Store;
use crate::write::{Request, Revision, Write};

/// Declares a family of reads, and that SQLite's readers answer it: by the method of the same name.
macro_rules! family {
    (
        $(#[$about:meta])*
        $family:ident {
            $($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty;)*
        }
    ) => {
        $(#[$about])*
        pub trait $family: Send + Sync {
            $($(#[$doc])* fn $name(&self, $($arg: $type),*) -> $out;)*
        }

        impl $family for crate::read::Readers {
            $(fn $name(&self, $($arg: $type),*) -> $out {
                Self::$name(self, $($arg),*)
            })*
        }
    };
}

mod beside;
mod outbound;
mod records;
mod rule_sets;
mod sealed;
mod shared;
mod whole;

pub use beside::ReadsBeside;
pub use outbound::ReadsOutbound;
pub use records::ReadsRecords;
pub use rule_sets::ReadsRuleSets;
pub use sealed::ReadsSealed;
pub use shared::{BesideMarks, Holder, Lease, LookStanding, Shared};
pub use whole::ReadsWhole;

/// Reads a store, from any thread, while others write to it.
///
/// What is committed is seen as soon as it is acknowledged, and never in part. A call may block the thread for as long as
/// the store takes; it never needs a runtime, and never fails for being called on one.
///
/// Every method of a family is there on a `dyn Reads`, whichever families are imported.
pub trait Reads: ReadsRecords + ReadsRuleSets + ReadsSealed + ReadsBeside + ReadsOutbound + ReadsWhole {
    /// The same reads, by somebody who opens what is sealed.
    fn opened_by(&self, opens: Arc<dyn Opens>) -> Arc<dyn Reads>;
}

/// Writes a store. One group at a time; several who write, each to a store of their own on the same database, are kept in
/// order incident by incident.
pub trait Writes: Send {
    /// The store's id, from when it was made: 16 bytes.
    fn id(&self) -> [u8; 16];

    /// The last change set that this store knows to be settled: nothing will ever be found at or before it that is not
    /// there now. 0 when there is none. With one writer that is the last that was acknowledged; with several it may be
    /// behind that while another's transaction is open.
    fn last_revision(&self) -> Revision;

    /// Those who read. They may go to other threads, and see what is committed.
    fn readers(&self) -> Arc<dyn Reads>;

    /// What the agency asked for under that id, and the change set that came of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError>;

    /// Holds records until the next group is written, even an empty one: nobody else appends to them meanwhile. With one
    /// writer nobody ever does.
    ///
    /// # Errors
    /// Where they cannot be held. Nothing is the matter then but that others may write first.
    fn hold(&mut self, incidents: &[IncidentId]) -> Result<(), CommitError>;

    /// Writes the whole group or none of it, durably; gives each append a revision, in the order of the group.
    ///
    /// # Errors
    /// Nothing of the group is acknowledged. Where [`CommitError::is_unknown`] it may have been written all the same;
    /// otherwise nothing was. The next call finds its way back to the store by itself.
    fn commit(&mut self, group: &[Write]) -> Result<Vec<Revision>, CommitError>;

    /// Whether all that was erased is gone from where the store keeps it. If not, it is tried again after each commit,
    /// whenever there is nothing to write, and at the next start.
    fn has_erased(&self) -> bool;

    /// Does what can wait until there is nothing to write.
    fn checkpoint_if_idle(&mut self);

    /// What this store has besides where several servers write it; nothing where it has one writer.
    fn shared(&self) -> Option<Arc<dyn Shared>>;

    /// Ends. What was acknowledged is kept whether or not this is called.
    fn close(self: Box<Self>);
}

impl Reads for Readers {
    fn opened_by(&self, opens: Arc<dyn Opens>) -> Arc<dyn Reads> {
        Arc::new(Self::opened_by(self.clone(), opens))
    }
}

impl Writes for Store {
    fn id(&self) -> [u8; 16] {
        Self::id(self)
    }

    fn last_revision(&self) -> Revision {
        Self::last_revision(self)
    }

    fn readers(&self) -> Arc<dyn Reads> {
        Arc::new(Self::readers(self))
    }

    fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        Self::request(self, agency, id)
    }

    fn hold(&mut self, _incidents: &[IncidentId]) -> Result<(), CommitError> {
        Ok(())
    }

    fn commit(&mut self, group: &[Write]) -> Result<Vec<Revision>, CommitError> {
        Self::commit(self, group)
    }

    fn has_erased(&self) -> bool {
        Self::has_erased(self)
    }

    fn checkpoint_if_idle(&mut self) {
        Self::checkpoint_if_idle(self);
    }

    fn shared(&self) -> Option<Arc<dyn Shared>> {
        None
    }

    fn close(self: Box<Self>) {
        Self::close(*self);
    }
}
