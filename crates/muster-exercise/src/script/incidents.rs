//! The incidents of an exercise, by the names it calls them, and which of them each agency is busy with.

use std::collections::BTreeMap;

use muster_record::ids::ServiceId;

/// What was read of the incidents so far.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    list: Vec<Known>,
    /// By the short name of the agency; whoever is not here is busy with the first.
    busy: BTreeMap<String, String>,
    /// The one that the last step was about.
    last: String,
}

/// An incident, as soon as an opening stands that is not to be refused.
#[derive(Debug)]
struct Known {
    name: String,
    opener: String,
    services: Vec<ServiceId>,
}

impl Incidents {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|known| known.name.as_str())
    }

    /// An agency opens one, and is busy with it from now on.
    pub(super) fn open(&mut self, name: &str, opener: &str, services: Vec<ServiceId>) {
        self.list.push(Known { name: name.to_owned(), opener: opener.to_owned(), services });
        self.turn(opener, name);
    }

    /// An agency turns to one.
    pub(super) fn turn(&mut self, agency: &str, name: &str) {
        self.busy.insert(agency.to_owned(), name.to_owned());
        name.clone_into(&mut self.last);
    }

    /// The one that an agency is busy with; it is the last from now on.
    pub(super) fn of(&mut self, agency: &str) -> String {
        let first = || self.list.first().map_or_else(String::new, |known| known.name.clone());
        let name = self.busy.get(agency).cloned().unwrap_or_else(first);
        self.last.clone_from(&name);
        name
    }

    /// The one that the last step was about, and who opened it.
    pub(super) fn last(&self) -> Option<(&str, &str)> {
        self.known(&self.last).map(|known| (known.name.as_str(), known.opener.as_str()))
    }

    /// The services of the one that an agency is busy with.
    pub(super) fn services(&self, agency: Option<&str>) -> &[ServiceId] {
        let busy = agency.and_then(|agency| self.busy.get(agency));
        let known = busy.and_then(|name| self.known(name)).or_else(|| self.list.first());
        known.map_or(&[], |known| known.services.as_slice())
    }

    fn known(&self, name: &str) -> Option<&Known> {
        self.list.iter().find(|known| known.name == name)
    }
}
