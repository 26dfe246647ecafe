//! Serves the coordinator: gRPC to partner systems over mutual TLS and to people who are signed in, probes and metrics
//! on loopback.
//!
//! A service method reads, asks and answers. No rule, no SQL and no status is made in one.

pub mod access;
mod advice_service;
mod bounds;
mod connection;
mod console;
mod deadline;
mod dispatch_service;
mod door;
mod evidence;
mod exercise_service;
mod exercising;
mod follow;
mod glass;
mod identity;
mod incident_service;
pub mod people;
mod person_service;
mod probes;
mod quota;
mod record_service;
mod region_service;
mod register_service;
mod rights;
mod rule_set_service;
mod server;
mod server_service;
mod status;
mod token;
mod traces;
mod view;
mod watch;
mod webhook_service;

pub use connection::Arriving;
pub use follow::{Followed, follow, follow_all};
pub use identity::Wall;
pub use probes::Render;
pub use quota::Limits;
pub use server::{Handshakes, Listeners, Outbound, Pem, ServeError, Server, Systems, serve_systems};
