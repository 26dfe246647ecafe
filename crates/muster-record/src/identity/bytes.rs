//! Who somebody is as bytes, to be sealed; and back.
//!
//! ```text
//! identity = 1 (the version of this form)
//!            name  known_as  born  nhs_number  address        a text each; empty where not known
//!            number of contacts, each: what  value
//!            number of relatives, each: name  relation  number of contacts, each: what  value
//!            zeros up to a multiple of 256 bytes
//! text     = length in bytes (4, big-endian), UTF-8            number = 4 bytes, big-endian
//! ```
//! The zeros keep the length of the sealed bytes from telling how much is known of somebody.

use zeroize::Zeroizing;

use super::{Contact, Identity, NhsNumber, Relative, Sensitive};

/// The version of the form.
const FORM: u8 = 1;
/// The sealed bytes of most people are of one length with this.
const BLOCK: usize = 256;

/// The bytes are no identity that this version can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not an identity of a form known here")]
pub struct NotAnIdentity;

impl Identity {
    /// The identity as bytes. They are wiped when dropped.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Self { name, known_as, born, nhs_number, address, contacts, next_of_kin } = self;
        let mut parts: Vec<Part<'_>> = vec![
            Part::Text(name.expose()),
            Part::Text(text(known_as.as_ref())),
            Part::Text(text(born.as_ref())),
            Part::Text(nhs_number.as_ref().map_or("", NhsNumber::expose)),
            Part::Text(text(address.as_ref())),
        ];
        put_contacts(&mut parts, contacts);
        parts.push(Part::Count(next_of_kin.len()));
        for Relative { name, relation, contacts } in next_of_kin {
            parts.extend([Part::Text(name.expose()), Part::Text(relation.expose())]);
            put_contacts(&mut parts, contacts);
        }
        let length = parts.iter().map(Part::length).fold(1_usize, usize::saturating_add);
        let padded = length.div_ceil(BLOCK).saturating_mul(BLOCK);
        // All of it at once: a buffer that grew would leave its earlier self behind in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
        bytes.push(FORM);
        for part in &parts {
            part.write(&mut bytes);
        }
        bytes.resize(padded, 0);
        bytes
    }

    /// The identity that bytes hold.
    ///
    /// # Errors
    /// [`NotAnIdentity`], which says nothing of what they hold.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAnIdentity> {
        let (form, rest) = bytes.split_first().ok_or(NotAnIdentity)?;
        if *form != FORM {
            return Err(NotAnIdentity);
        }
        let mut reader = Reader(rest);
        let name = reader.text()?;
        let (known_as, born, nhs_number, address) =
            (reader.known()?, reader.known()?, reader.known()?, reader.known()?);
        let nhs_number = match nhs_number {
            Some(digits) => Some(NhsNumber::parse(digits.expose()).ok_or(NotAnIdentity)?),
            None => None,
        };
        let contacts = reader.contacts()?;
        let mut next_of_kin = Vec::new();
        for _ in 0..reader.number()? {
            let (name, relation) = (reader.text()?, reader.text()?);
            next_of_kin.push(Relative { name, relation, contacts: reader.contacts()? });
        }
        Ok(Self { name, known_as, born, nhs_number, address, contacts, next_of_kin })
    }
}

fn text(known: Option<&Sensitive<String>>) -> &str {
    known.map_or("", |known| known.expose())
}

enum Part<'a> {
    Text(&'a str),
    Count(usize),
}

impl Part<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len().saturating_add(4),
            Self::Count(_) => 4,
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes();
        match self {
            Self::Text(text) => {
                bytes.extend_from_slice(&number(text.len()));
                bytes.extend_from_slice(text.as_bytes());
            }
            Self::Count(count) => bytes.extend_from_slice(&number(*count)),
        }
    }
}

fn put_contacts<'a>(parts: &mut Vec<Part<'a>>, contacts: &'a [Contact]) {
    parts.push(Part::Count(contacts.len()));
    for Contact { what, value } in contacts {
        parts.extend([Part::Text(what.expose()), Part::Text(value.expose())]);
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u32, NotAnIdentity> {
        let (number, rest) = self.0.split_first_chunk::<4>().ok_or(NotAnIdentity)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*number))
    }

    fn text(&mut self) -> Result<Sensitive<String>, NotAnIdentity> {
        let length = usize::try_from(self.number()?).map_err(|_| NotAnIdentity)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(NotAnIdentity)?;
        self.0 = rest;
        let text = std::str::from_utf8(text).map_err(|_| NotAnIdentity)?;
        Ok(Sensitive::new(text.to_owned()))
    }

    fn known(&mut self) -> Result<Option<Sensitive<String>>, NotAnIdentity> {
        Ok(Some(self.text()?).filter(|text| !text.expose().is_empty()))
    }

    fn contacts(&mut self) -> Result<Vec<Contact>, NotAnIdentity> {
        let mut contacts = Vec::new();
        for _ in 0..self.number()? {
            contacts.push(Contact { what: self.text()?, value: self.text()? });
        }
        Ok(contacts)
    }
}
