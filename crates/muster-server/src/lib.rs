//! Serves the coordinator: gRPC to partner systems over mutual TLS, probes and metrics on loopback.
//!
//! A service method reads, asks and answers. No rule, no SQL and no status is made in one.

mod advice_service;
mod bounds;
mod identity;
mod incident_service;
mod person_service;
mod probes;
mod record_service;
mod region_service;
mod register_service;
mod rule_set_service;
mod server;
mod server_service;
mod status;
mod token;
mod view;
mod watch;

pub use probes::Render;
pub use server::{Listeners, Pem, ServeError, Server};
