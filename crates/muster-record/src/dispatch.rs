//! Dispatches: letters and e-mails that were issued on a record and handed over to be delivered.
//!
//! Nobody's address is here. A recipient is known by the reference that is made of the address, which says nothing to
//! anybody without the key that it was made with.

use crate::entry::Hash;
use crate::ids::{AgencyId, CommunicationNo, IncidentId};
use crate::time::Instant;
use crate::words::words;

words! {
    /// How something is sent.
    Channel {
        /// By e-mail.
        Email = "email",
        /// By post.
        Letter = "letter",
    }
}

words! {
    /// What came of it.
    DispatchState {
        /// It is on its way to whoever delivers it, or nobody knows whether it got there.
        Unknown = "unknown",
        /// Whoever delivers it has taken it.
        Accepted = "accepted",
        /// Whoever delivers it will not have it as it is.
        Refused = "refused",
    }
}

/// Whom something is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An e-mail address.
    Email(String),
    /// The lines of a postal address, three to seven, the last a postcode or a country.
    Letter(Vec<String>),
}

impl Recipient {
    /// How it is sent.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Letter(_) => Channel::Letter,
        }
    }
}

/// One letter or e-mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// What both sides know it by.
    pub reference: String,
    /// The incident.
    pub incident: IncidentId,
    /// The communication on its record.
    pub communication: CommunicationNo,
    /// The agency that had it sent.
    pub agency: AgencyId,
    /// How.
    pub channel: Channel,
    /// When this became known.
    pub at: Instant,
    /// What came of it.
    pub state: DispatchState,
    /// The number that whoever delivers it gave it; empty before.
    pub id: String,
    /// What was answered, where it was not taken.
    pub answer: String,
}

/// The reference of a communication to one recipient.
///
/// It is the same whenever it is made again, so that what was sent is recognised. `keyed` turns the recipient into a digest that nobody without the server's key can work out.
pub fn reference(
    incident: &IncidentId,
    communication: CommunicationNo,
    to: &Recipient,
    keyed: impl Fn(&[u8]) -> Hash,
) -> String {
    let plain = match to {
        Recipient::Email(address) => address.trim().to_lowercase(),
        Recipient::Letter(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| line.trim().to_lowercase()).collect();
            lines.join("\n")
        }
    };
    let digest = keyed(format!("{incident}\n{communication}\n{}\n{plain}", to.channel()).as_bytes());
    let short: String = digest.to_string().chars().take(24).collect();
    format!("muster-{incident}-{communication}-{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(communication: u32, to: &Recipient) -> String {
        reference(&IncidentId::from_bytes([7; 16]), CommunicationNo(communication), to, Hash::of)
    }

    fn email(address: &str) -> Recipient {
        Recipient::Email(address.to_owned())
    }

    #[test]
    fn a_reference_is_the_same_for_the_same_letter_to_the_same_recipient_and_tells_no_address() {
        let reference = of(3, &email("family@example.org"));
        assert_eq!(reference, of(3, &email(" Family@Example.org ")));
        assert!(reference.starts_with("muster-07070707070707070707070707070707-C3-"), "{reference}");
        assert!(!reference.contains("family"));
        for other in [of(4, &email("family@example.org")), of(3, &email("friend@example.org"))] {
            assert_ne!(reference, other);
        }
        assert_ne!(reference, of(3, &Recipient::Letter(vec!["family@example.org".to_owned()])));
    }
}
