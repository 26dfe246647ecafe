//! One line of a sheet as rows of the register: what does not fit is noted with its column, and the line gives none.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::NaiveDate;
use muster_record::advice::Answer;
use muster_record::situation::ServiceKind;

use super::book::Cellular;
use super::columns::Columns;
use super::{day, words};
use crate::ids::BadCode;
use crate::plan::{Place, RowError};
use crate::row::{Agency, Authority, Brand, Capacity, Kind, Oversight, Provider, Rating, Row, Service, Successor};

/// Longer than any name that is published.
const LONGEST: usize = 500;

/// More than any place has.
const MOST: u32 = 100_000;

/// A line, the columns that it is read by, and somewhere to note what is wrong with it.
pub(super) struct Line<'a> {
    pub(super) place: Place,
    pub(super) cells: Cellular<'a>,
    pub(super) columns: &'a Columns,
    pub(super) errors: &'a mut Vec<RowError>,
}

impl<'a> Line<'a> {
    /// What stands in a field; empty where nothing does.
    pub(super) fn text(&self, field: &str) -> Cow<'a, str> {
        match (self.columns.index(field), self.columns.values.get(field)) {
            (Some(index), _) => self.cells.get(index),
            (None, Some(value)) => Cow::Borrowed(value),
            (None, None) => Cow::Borrowed(""),
        }
    }

    fn wrong<T>(&mut self, field: &str, problem: impl Into<String>, would_do: impl Into<String>) -> Option<T> {
        let (place, column) = (self.place.clone(), self.columns.heading(field).to_owned());
        self.errors.push(RowError { place, column, problem: problem.into(), would_do: would_do.into() });
        None
    }

    fn required<T: FromStr<Err = BadCode>>(&mut self, field: &str) -> Option<T> {
        let text = self.text(field);
        if words::says_nothing(&text) {
            return self.wrong(field, "is blank", "give its code");
        }
        text.parse()
            .ok()
            .or_else(|| self.wrong(field, format!("{text:?} {BadCode}"), "give the code as it is published"))
    }

    fn optional<T: FromStr<Err = BadCode>>(&mut self, field: &str) -> Option<Option<T>> {
        if words::says_nothing(&self.text(field)) { Some(None) } else { self.required(field).map(Some) }
    }

    fn name(&mut self, field: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_empty() {
            return self.wrong(field, "is blank", "give its name");
        }
        self.said(field).flatten()
    }

    /// A text, or none.
    fn said(&mut self, field: &str) -> Option<Option<String>> {
        let text = self.text(field);
        if words::says_nothing(&text) {
            return Some(None);
        }
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            let problem = format!("is longer than {LONGEST} characters or holds a control character");
            return self.wrong(field, problem, "give one line of text");
        }
        Some(Some(text.into_owned()))
    }

    fn flag(&mut self, field: &str) -> Option<Answer> {
        let text = self.text(field);
        words::flag(&text).or_else(|| self.wrong(field, format!("is {text:?}"), "Y, N or blank for not known"))
    }

    fn number(&mut self, field: &str) -> Option<Option<u32>> {
        let text = self.text(field);
        if words::says_nothing(&text) {
            return Some(None);
        }
        let number = text.replace(',', "").parse::<u32>().ok().filter(|number| *number <= MOST);
        number.map(Some).or_else(|| self.wrong(field, format!("is {text:?}"), "a whole number, or blank for not known"))
    }

    fn day(&mut self, field: &str) -> Option<Option<NaiveDate>> {
        let text = self.text(field);
        if words::says_nothing(&text) {
            return Some(None);
        }
        let found = day(&text);
        found.map(Some).or_else(|| self.wrong(field, format!("is {text:?}"), "a day as in 2024-03-04 or 04/03/2024"))
    }

    fn rating(&mut self, field: &str) -> Option<Option<Rating>> {
        let text = self.text(field);
        if text.is_empty() {
            return Some(None);
        }
        let would_do = "Outstanding, Good, Requires improvement, Inadequate, or blank for not rated";
        words::rating(&text).or_else(|| self.wrong(field, format!("is {text:?}"), would_do))
    }

    fn kinds(&mut self, field: &str) -> Option<Vec<ServiceKind>> {
        let text = self.text(field);
        let mut kinds = Vec::new();
        for word in text.split([';', '|']).filter(|word| !word.trim().is_empty()) {
            let known = ServiceKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ");
            match words::service_kind(word) {
                Some(kind) => kinds.push(kind),
                None => {
                    return self.wrong(field, format!("is {word:?}"), format!("one or more, with ';', of: {known}"));
                }
            }
        }
        Some(kinds)
    }

    fn word<T: FromStr<Err = muster_record::NoSuchWord>>(&mut self, field: &str) -> Option<T> {
        let text = self.text(field).to_lowercase();
        match text.parse() {
            Ok(word) => Some(word),
            Err(err) => self.wrong(field, format!("is {text:?}"), format!("one of: {}", err.known)),
        }
    }

    /// The rows that the line gives; none where anything is wrong with it.
    pub(super) fn rows(&mut self, kind: Kind) -> Option<Vec<Row>> {
        match kind {
            Kind::Service => self.service_rows(),
            Kind::Provider => Some(vec![self.provider("code", "name", "brand")?.into()]),
            Kind::Brand => Some(vec![Brand { code: self.required("code")?, name: self.name("name")? }.into()]),
            Kind::Capacity => Some(vec![self.capacity()?.into()]),
            Kind::Authority => Some(vec![self.authority()?.into()]),
            Kind::Agency => Some(vec![self.agency()?.into()]),
            Kind::Oversight => Some(vec![self.oversight()?.into()]),
        }
    }

    /// A line of services names its provider and brand, too.
    fn service_rows(&mut self) -> Option<Vec<Row>> {
        let service = self.service()?;
        let mut rows = Vec::new();
        if let (Some(code), Some(name)) = (service.brand.clone(), self.said("brand_name")?) {
            rows.push(Brand { code, name }.into());
        }
        if self.columns.has("provider_name") {
            rows.push(self.provider("provider", "provider_name", "brand")?.into());
        }
        rows.push(service.into());
        Some(rows)
    }

    fn provider(&mut self, code: &str, name: &str, brand: &str) -> Option<Provider> {
        let (code, name, brand) = (self.required(code), self.name(name), self.optional(brand));
        Some(Provider { code: code?, name: name?, brand: brand? })
    }

    fn service(&mut self) -> Option<Service> {
        let (code, name, provider) = (self.required("code"), self.name("name"), self.required("provider"));
        let (brand, kinds) = (self.optional("brand"), self.kinds("kind"));
        let (care_home, dormant) = (self.flag("care_home"), self.flag("dormant"));
        let (registered_beds, rating, rated_on) = (self.number("beds"), self.rating("rating"), self.day("rated_on"));
        let manager_absent_since = self.day("manager_absent_since");
        let (authority_name, authority) = (self.said("authority"), self.optional("authority_code"));
        let (postcode, primary) = (self.said("postcode"), self.optional("primary"));
        Some(Service {
            code: code?,
            name: name?,
            provider: provider?,
            brand: brand?,
            kinds: kinds?,
            care_home: care_home?,
            dormant: dormant?,
            registered_beds: registered_beds?,
            rating: rating?,
            rated_on: rated_on?,
            manager: self.manager(),
            manager_absent_since: manager_absent_since?,
            authority_name: authority_name?,
            authority: authority?,
            postcode: postcode?,
            primary: primary?,
        })
    }

    /// The column holds a name or a flag. That somebody is named is kept, and not who.
    fn manager(&self) -> Answer {
        let text = self.text("manager");
        words::flag(&text).unwrap_or(if words::says_nothing(&text) { Answer::Unknown } else { Answer::Yes })
    }

    fn capacity(&mut self) -> Option<Capacity> {
        let (service, as_at) = (self.required("service"), self.day("as_at"));
        let (maximum, occupied) = (self.number("maximum"), self.number("occupied"));
        let (reserved, accepting) = (self.number("reserved"), self.number("accepting"));
        let (service, as_at, maximum, occupied) = (service?, as_at?, maximum?, occupied?);
        let Some(as_at) = as_at else {
            return self.wrong("as_at", "is blank", "give the day for which the figures were taken");
        };
        if let (Some(maximum), Some(used)) = (maximum, occupied)
            && used > maximum
        {
            return self.wrong("occupied", format!("is {used}, of {maximum} at most"), "a number that is not more");
        }
        Some(Capacity { service, as_at, maximum, occupied, reserved: reserved?, accepting: accepting? })
    }

    fn authority(&mut self) -> Option<Authority> {
        let (code, name, region) = (self.required("code"), self.name("name"), self.said("region"));
        let (from, to, successor) = (self.day("from"), self.day("to"), self.optional("successor"));
        let successors = successor?.into_iter().collect();
        Some(Authority { code: code?, name: name?, region: region?, from: from?, to: to?, successors })
    }

    fn agency(&mut self) -> Option<Agency> {
        let (code, name, kind) = (self.required("code"), self.name("name"), self.word("kind"));
        let (successor, from) = (self.optional("successor")?, self.day("successor_from")?);
        let successors = match (successor, from) {
            (Some(code), Some(from)) => vec![Successor { code, from }],
            (None, None) => Vec::new(),
            (Some(_), None) => return self.wrong("successor_from", "is blank", "give the day it took over"),
            (None, Some(_)) => return self.wrong("successor", "is blank", "give who took over on that day"),
        };
        Some(Agency { code: code?, name: name?, kind: kind?, successors })
    }

    fn oversight(&mut self) -> Option<Oversight> {
        let (provider, stage, since) = (self.required("provider"), self.word("stage"), self.day("since"));
        Some(Oversight { provider: provider?, stage: stage?, since: since? })
    }
}
