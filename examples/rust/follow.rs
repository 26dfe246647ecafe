//! Follow an incident from a partner's own system, and miss nothing when the server or this program goes away.
//!
//! `cargo run -p muster-examples --bin follow -- INCIDENT [SERVER] [CERTS] [AGENCY] [PLACE]`
//!
//! The place to go on from is kept in a file, when the response before it was handled.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it is sent")]

use anyhow::{Context as _, Result};
use muster_client::{Bearer, Certificates, FilePlace, Follow, Server};
use muster_proto::v1::watch_response::Event;

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let incident = given.next().context("name the incident to follow")?;
    let mut or = |usual: &str| given.next().unwrap_or_else(|| usual.to_owned());
    let (address, certs, agency) = (or("127.0.0.1:7443"), or("muster-dev"), or("e08000026"));
    let place = FilePlace(or(&format!("{incident}.place")).into());
    let certificates = Certificates::in_folder(certs.as_ref(), &agency)?;
    let server = Server { address, name: "localhost".to_owned(), certificates, bearer: Bearer::Nobody };
    let mut follow = Follow::incident(server, &incident, place)
        .on_break(|why, wait| eprintln!("{why}; connecting again in {:.1} s", wait.as_secs_f32()));
    loop {
        if let Some(Event::Changes(changes)) = follow.next().await?.event {
            for entry in changes.entries {
                println!("{:>4}  {}", entry.seq, entry.told.lines().next().unwrap_or_default());
            }
        }
    }
}
