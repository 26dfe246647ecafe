//! What all who take part share: the ledger, the machine, and whether things still go wrong.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use muster_client::reason::Refused;
use muster_sim::dice::Dice;
use prost::Message;
use tonic::transport::Channel;

use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::network;

/// What all who take part share.
pub struct Stage {
    /// The machine that the server runs on.
    pub machine: Rc<Machine>,
    /// What was asked, answered and delivered.
    pub ledger: RefCell<Ledger>,
    /// Nothing goes wrong any more, and nothing new is asked for.
    pub is_calm: Cell<bool>,
    /// Writers that have not finished.
    pub writing: Cell<usize>,
}

impl Stage {
    /// How far the simulation is.
    pub fn now(&self) -> Duration {
        self.ledger.borrow().now
    }

    /// Something happened.
    pub fn tell(&self, what: &str) {
        self.ledger.borrow_mut().tell(what);
    }

    /// The id of an incident, once it is open.
    pub fn incident(&self, number: usize) -> Option<String> {
        self.ledger.borrow().incidents.get(number).cloned()
    }

    /// An incident's id, waited for.
    pub async fn opened(&self, number: usize) -> String {
        loop {
            if let Some(id) = self.incident(number) {
                return id;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// An agency's system, with a host of its own on the network.
#[derive(Clone)]
pub struct Desk {
    /// The stage.
    pub stage: Rc<Stage>,
    /// Whose it is.
    pub agency: &'static str,
    /// What its host is called.
    pub host: String,
    /// Chance.
    pub dice: Dice,
    /// The way to the server.
    pub channel: Channel,
}

impl Desk {
    /// A system of an agency. It has to be made on its own host.
    pub fn of(stage: &Rc<Stage>, agency: &'static str, host: &str, dice: Dice) -> Self {
        let channel = network::channel(stage.machine.cast.of_system(agency));
        Self { stage: Rc::clone(stage), agency, host: host.to_owned(), dice, channel }
    }

    /// An answer came, to what was asked at that moment: it is looked through.
    pub fn given(&self, began: Duration, what: &str, message: &impl Message) {
        self.stage.ledger.borrow_mut().sent(self.agency, began, what, &message.encode_to_vec());
    }

    /// A refusal came: it is looked through too.
    pub fn refused(&self, began: Duration, what: &str, refused: &Refused) -> String {
        let status = &refused.status;
        let mut bytes = status.message().as_bytes().to_vec();
        bytes.extend_from_slice(status.details());
        bytes.extend_from_slice(format!("{:?}", status.metadata()).as_bytes());
        let mut ledger = self.stage.ledger.borrow_mut();
        ledger.sent(self.agency, began, what, &bytes);
        refused.reason.map_or_else(|| format!("{:?}", status.code()), |reason| reason.as_str_name().to_owned())
    }

    /// Waits between one and the other, in milliseconds.
    pub async fn waits(&mut self, least: u64, most: u64) {
        let wait = least.saturating_add(self.dice.roll(most.saturating_sub(least)));
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
}
