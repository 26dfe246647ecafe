//! The store on PostgreSQL is held to what every store promises, on a real server, and to what only several servers on
//! one database can show.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod kept;
mod late;
mod leases;
mod opening;
mod outages;
mod rivals;
mod settling;
mod tls;
mod together;

muster_store_conformance::conforms!(muster_store_conformance::cluster::database());
