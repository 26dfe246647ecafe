//! What a council sets for itself: its table of transport, how far a vehicle goes, and who may approve a move at night.

use muster_rule_sdk::{Issue, Office};

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The council's own table of transport; without it, the samples of `rules/vehicles.toml`.
    pub vehicles: Option<Vec<Vehicle>>,
    /// How many trips one vehicle can make for this incident.
    pub trips_per_vehicle: u32,
    /// Seats on each trip that are kept for those who go along to look after people.
    pub escorts_per_trip: u32,
    /// The offices that may approve a move at night.
    pub night_approvers: Vec<Office>,
    /// For how many hours such an approval holds.
    pub night_approval_hours: u32,
}

/// A kind of vehicle of a provider. The places are those that can be used on one trip together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vehicle {
    /// A short word, which names it on the record.
    pub id: String,
    /// Whose it is.
    pub provider: String,
    /// What it is.
    pub vehicle: String,
    /// How many of them there are.
    pub how_many: u32,
    /// Places to sit, the driver's not counted.
    pub seats: u32,
    /// Places for somebody in a wheelchair.
    pub wheelchair_places: u32,
    /// Places for somebody on a stretcher.
    pub stretchers: u32,
    /// Places for somebody who needs a bariatric vehicle.
    pub bariatric_places: u32,
    /// How long before a trip the provider has to know.
    pub lead_time_minutes: u32,
    /// When it runs from, on a UK clock: `07:00`.
    pub from: String,
    /// When it runs to, on a UK clock: `22:00`; `24:00` is the end of the day.
    pub to: String,
    /// Whom to ask for: a role, never a person.
    pub contact_role: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            vehicles: None,
            // There and back, and once more: what a vehicle with a two-hour round does between breakfast and tea.
            trips_per_vehicle: 2,
            // Somebody whom people know goes along on each trip.
            escorts_per_trip: 1,
            night_approvers: vec![
                Office::IncidentLead,
                Office::DirectorOfAdultSocialServices,
                Office::DirectorOfNursingAndClinicalTransformation,
            ],
            // One night's approval is not the next one's.
            night_approval_hours: 24,
        }
    }
}

impl Settings {
    /// What is wrong with them: what a schema cannot say, in words that an officer can act on.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        let Self { vehicles, trips_per_vehicle, escorts_per_trip, night_approvers, night_approval_hours } = self;
        let mut issues = Vec::new();
        let mut wrong = |path: &str, problem: &str| issues.push(issue(path, problem));
        if !(1..=20).contains(trips_per_vehicle) {
            wrong("trips_per_vehicle", "a vehicle makes 1 to 20 trips");
        }
        if *escorts_per_trip > 3 {
            wrong("escorts_per_trip", "0 to 3 seats of a trip are kept for escorts");
        }
        if night_approvers.is_empty() {
            wrong("night_approvers", "nobody could approve a move at night: name at least one office");
        }
        if !(1..=72).contains(night_approval_hours) {
            wrong("night_approval_hours", "an approval of a night move holds for 1 to 72 hours");
        }
        let Some(vehicles) = vehicles else { return issues };
        if vehicles.is_empty() || vehicles.len() > 100 {
            wrong("vehicles", "the table has 1 to 100 rows; leave it out for the samples");
        }
        for (index, vehicle) in vehicles.iter().enumerate() {
            let before: Vec<&Vehicle> = vehicles.iter().take(index).collect();
            let at = |field: &str, problem: String| issue(&format!("vehicles[{index}].{field}"), &problem);
            issues.extend(vehicle.issues(&before).into_iter().map(|(field, problem)| at(field, problem)));
        }
        issues
    }
}

impl Vehicle {
    fn issues(&self, before: &[&Self]) -> Vec<(&'static str, String)> {
        let Self { id, provider, vehicle, how_many, contact_role, from, to, .. } = self;
        let mut issues = Vec::new();
        let mut wrong = |field, problem: &str| issues.push((field, problem.to_owned()));
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || id.len() > 40 || !id.bytes().all(is_word) {
            wrong("id", "the id is 1 to 40 small letters, digits and hyphens");
        }
        if before.iter().any(|other| other.id == *id) {
            wrong("id", "another row has this id");
        }
        if before.iter().any(|other| other.provider == *provider && other.vehicle == *vehicle) {
            wrong("vehicle", "this provider has a row for such a vehicle already: raise how-many there");
        }
        for (field, text) in [("provider", provider), ("vehicle", vehicle), ("contact-role", contact_role)] {
            if text.trim().is_empty() || text.chars().count() > 120 {
                wrong(field, "between 1 and 120 characters");
            }
        }
        if contact_role.contains('@') || contact_role.bytes().any(|byte| byte.is_ascii_digit()) {
            wrong("contact-role", "name the role to ask for (duty controller), not an address, a number or a person");
        }
        if !(1..=500).contains(how_many) {
            wrong("how-many", "1 to 500 vehicles; leave the row out where there is none");
        }
        issues.extend(self.of_places());
        let (starts, ends) = (minutes(from), minutes(to));
        for (field, time) in [("from", starts), ("to", ends)] {
            if time.is_none() {
                issues.push((field, "a time on a UK clock from 00:00 to 24:00, such as 07:30".to_owned()));
            }
        }
        if starts.is_some() && starts == ends {
            issues.push(("to", "it would never run: for all day write 00:00 to 24:00".to_owned()));
        }
        issues
    }

    fn of_places(&self) -> Vec<(&'static str, String)> {
        let Self { seats, wheelchair_places, stretchers, bariatric_places, lead_time_minutes, .. } = self;
        let places = [
            ("seats", seats),
            ("wheelchair-places", wheelchair_places),
            ("stretchers", stretchers),
            ("bariatric-places", bariatric_places),
        ];
        let mut issues = Vec::new();
        if places.iter().all(|(_, places)| **places == 0) {
            issues.push(("seats", "this vehicle carries nobody: give it a place of some kind".to_owned()));
        }
        let too_many = places.into_iter().filter(|(_, places)| **places > 100);
        issues.extend(too_many.map(|(field, _)| (field, "no vehicle has more than 100 places".to_owned())));
        if *lead_time_minutes > 10_080 {
            issues.push(("lead-time-minutes", "more than a week's notice is no help in an emergency".to_owned()));
        }
        issues
    }
}

fn issue(path: &str, problem: &str) -> Issue {
    Issue { path: path.to_owned(), problem: problem.to_owned() }
}

/// Minutes since midnight of `07:30`; none where it is no time of day.
fn minutes(time: &str) -> Option<u32> {
    let (hours, minutes) = time.split_once(':')?;
    let number = |text: &str| {
        let is_pair = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_pair.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let total = hours.saturating_mul(60).saturating_add(minutes);
    (minutes < 60 && total <= 24 * 60).then_some(total)
}
