//! Who somebody is, in plain: in memory for as long as it takes to seal or to answer, and never printed.

use super::{NhsNumber, Sensitive};

/// Who a person is.
pub struct Identity {
    /// Their name.
    pub name: Sensitive<String>,
    /// What they like to be called, where that is another name.
    pub known_as: Option<Sensitive<String>>,
    /// The day they were born, as `1938-05-02`.
    pub born: Option<Sensitive<String>>,
    /// Their NHS number.
    pub nhs_number: Option<NhsNumber>,
    /// Where they live.
    pub address: Option<Sensitive<String>>,
    /// How they are reached.
    pub contacts: Vec<Contact>,
    /// Who is close to them, the first to be called first.
    pub next_of_kin: Vec<Relative>,
}

/// One way to reach somebody.
pub struct Contact {
    /// What it is: `telephone`, `mobile`, `e-mail`.
    pub what: Sensitive<String>,
    /// The number or address.
    pub value: Sensitive<String>,
}

/// Somebody close to a person.
pub struct Relative {
    /// Their name.
    pub name: Sensitive<String>,
    /// What they are to the person: `daughter`, `attorney for health and welfare`.
    pub relation: Sensitive<String>,
    /// How they are reached.
    pub contacts: Vec<Contact>,
}
