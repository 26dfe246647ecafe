//! Rights: how far a caller reaches, worked out from the roles it has and the purpose it names.
//!
//! What is allowed in the end is the least of four things: what the calling system may do, what the signed-in person
//! may do, what the purpose calls for, and what the agency's seat in the incident allows.
//! The first three are worked out here as one [`Reach`]; the seat is asked by the record itself, in `visible` and
//! `decide`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::entry::Class;
use crate::words::{WordSet, words};

mod purpose;
mod role;
#[cfg(test)]
mod tests;

pub use purpose::Purpose;
pub use role::Role;

words! {
    /// Something that a caller may be allowed to do. Having a right is needed for it, and never enough: the agency's
    /// seat in the incident decides too.
    Right {
        /// Read and follow records.
        Read = "read",
        /// Write to records, and open them.
        Write = "write",
        /// Read a person's name and contacts.
        Identify = "identify",
        /// Share an entry beyond those it was written for.
        Share = "share",
        /// Read beyond one's own view in an emergency, for a while, with a reason that is reviewed.
        BreakGlass = "break-glass",
        /// Destroy the key of a person's data.
        Erase = "erase",
        /// Install rule sets.
        InstallRuleSets = "install-rule-sets",
        /// Change the agency's settings of rule sets.
        ChangeSettings = "change-settings",
        /// Import what published files say of providers and services.
        MaintainRegister = "maintain-register",
        /// Have what the agency may see sent to systems of its own.
        SendOut = "send-out",
        /// Read who looked at what.
        Audit = "audit",
        /// Run the server: what is no business of any incident.
        Administer = "administer",
    }
}

/// How far a caller reaches: which classes of information, and what it may do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// The classes of entries it may see at most.
    pub classes: WordSet<Class>,
    /// What it may do at most.
    pub rights: WordSet<Right>,
}

impl Reach {
    /// A reach made of lists.
    pub fn of(classes: &[Class], rights: &[Right]) -> Self {
        Self { classes: classes.iter().collect(), rights: rights.iter().collect() }
    }

    /// Every class and every right: what sets no bound.
    pub fn everything() -> Self {
        Self { classes: WordSet::all(), rights: WordSet::all() }
    }

    /// What somebody reaches who has all of these roles; nothing, with none.
    pub fn of_roles<'a>(roles: impl IntoIterator<Item = &'a Role>) -> Self {
        roles.into_iter().fold(Self::default(), |so_far, role| so_far.union(role.reach()))
    }

    /// What either reaches.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let Self { classes, rights } = other;
        Self { classes: self.classes.union(classes), rights: self.rights.union(rights) }
    }

    /// What both reach.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let Self { classes, rights } = other;
        Self { classes: self.classes.intersection(classes), rights: self.rights.intersection(rights) }
    }

    /// Whether a right is within reach.
    pub fn allows(self, right: Right) -> bool {
        self.rights.contains(right)
    }

    /// Whether a class of information is within reach.
    pub fn sees(self, class: Class) -> bool {
        self.classes.contains(class)
    }
}

/// How far a call reaches: the system's reach, the roles of whoever it is made for, and the purpose it names.
///
/// `system` is what the calling system may do at most ([`Reach::everything`] where a person calls without one), `held`
/// are the signed-in person's roles, or those of the system itself where nobody is signed in. A call that names no
/// purpose is made for each role's own ([`Role::purpose`]), which narrows nothing.
pub fn effective(system: Reach, held: &BTreeSet<Role>, purpose: Option<Purpose>) -> Reach {
    let reach = system.intersection(Reach::of_roles(held));
    match purpose {
        Some(purpose) => reach.intersection(purpose.reach()),
        None => reach,
    }
}

/// The purpose of a call that names none: that of the first of its roles, in the order of [`Role::ALL`].
pub fn purpose_of(held: &BTreeSet<Role>) -> Option<Purpose> {
    held.first().map(|role| role.purpose())
}

/// The tables of roles and purposes as Markdown, which the documentation shows.
pub fn told() -> String {
    let mut out =
        String::from("| role | who | classes | rights | purpose where none is named |\n|---|---|---|---|---|\n");
    for role in Role::ALL {
        let (reach, who, purpose) = (role.reach(), role.who(), role.purpose());
        // Writing into a String cannot fail.
        let _ = writeln!(out, "| `{role}` | {who} | {} | {} | `{purpose}` |", classes(&reach), rights(&reach));
    }
    out.push_str("\n| purpose | classes | rights |\n|---|---|---|\n");
    for purpose in Purpose::ALL {
        let reach = purpose.reach();
        let _ = writeln!(out, "| `{purpose}` | {} | {} |", classes(&reach), rights(&reach));
    }
    out
}

fn classes(reach: &Reach) -> String {
    if reach.classes.len() == Class::ALL.len() {
        "all".to_owned()
    } else {
        list(reach.classes.iter().map(|it| it.word()))
    }
}

fn rights(reach: &Reach) -> String {
    list(reach.rights.iter().map(|it| it.word()))
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
