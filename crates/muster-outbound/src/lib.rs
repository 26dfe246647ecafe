//! What goes out: events to the webhooks of agencies, and letters and e-mails to GOV.UK Notify.
//!
//! It opens connections to others and takes none. What is told and when it is tried again is decided in `muster-record`,
//! what is kept and who sees what in the coordinator; here it is carried.

mod address;
mod delivering;
mod hook;
mod notify;
mod post;

pub use delivering::{Admits, Deliveries, Webhooks};
pub use notify::{ApiKey, BadApiKey, Notify, NotifySettings, SendError, Templates};
pub use post::{Poster, Reaches, TlsError};
