//! A client of a Muster server for a partner's system, thin over the generated code of `muster-proto`.
//!
//! It connects, tells errors by their reason, asks a write again where that is safe, and follows without gap or
//! repetition. It leaves alone what is on a record: requests and responses are those of the wire.

pub mod connecting;
pub mod following;
pub mod reason;
pub mod wait;
pub mod writing;

pub use connecting::{Bearer, Certificates, Server, Wire};
pub use following::{Ended, FilePlace, Follow, Place};
pub use reason::{Advice, Refused};
