//! Evidence: what somebody who does not trust the server can hold its record against.
//!
//! [`tree`] has one root for the whole record, whatever may be seen of it; [`checkpoint`] is such a root,
//! signed with a [`key`]; [`witness`] keeps checkpoints and compares them; [`bundle`] is a record as one reader saw
//! it, in a file that proves itself. Nothing here opens a file or asks the clock.

pub mod bundle;
pub mod checkpoint;
pub mod key;
pub mod tree;
pub mod witness;
