//! The register: services by level of risk, and all that are known, filtered, page by page.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use muster_record::Incident;
use muster_record::situation::ServiceKind;
use muster_register::ask::{AtRisk, Filter};
use muster_register::ids::ServiceCode;
use muster_register::row::{Kind, Service};
use muster_register::{Import, Register};

use crate::frame::{Area, Frame};
use crate::levels::Level;
use crate::listed::{ago, day, kinds, not_known, places, rating, rating_tag, reason, rows};
use crate::said::plain;

/// Services on a page.
const SHOWN: usize = 50;

/// Which services are asked for, as it stands in the address.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// An authority's code or name; empty for any.
    pub authority: String,
    /// A kind of service, by its word; empty for any.
    pub kind: String,
    /// A provider's code or name; empty for any.
    pub provider: String,
    /// What is in its code, name, postcode or provider's name; empty for anything.
    pub text: String,
    /// Whether only those at risk are wanted, each with its reasons.
    pub at_risk: bool,
    /// The code behind which the page begins; empty for the first page.
    pub after: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "register.html")]
pub struct RegisterPage {
    frame: Frame,
    wanted: Wanted,
    counts: Vec<(&'static str, usize)>,
    oldest: Option<String>,
    imports: usize,
    empty: bool,
    may_import: bool,
    levels: Vec<Level>,
    /// Whether incidents were looked at at all: not everybody who reads the register reads records.
    joined: bool,
    kinds: Vec<(&'static str, String, bool)>,
    authorities: Vec<String>,
    wrong: Vec<String>,
    services: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    code: String,
    name: String,
    provider: String,
    authority: String,
    kinds: String,
    rating: &'static str,
    rating_tag: &'static str,
    places: String,
    stale: bool,
    level: Option<(String, &'static str)>,
    risks: Vec<&'static str>,
    unknown: String,
}

impl RegisterPage {
    /// The page of the register. `incidents` are those that the viewer sees; none where they read no records.
    pub fn new(
        frame: Frame,
        register: &Register,
        wanted: &Wanted,
        incidents: Option<&[Arc<Incident>]>,
        may_import: bool,
        today: NaiveDate,
    ) -> Self {
        let levels = Level::all(incidents.unwrap_or_default());
        let (filter, wrong) = wanted.filter(register, today);
        let after: Option<ServiceCode> = wanted.after.parse().ok();
        let mut services = match &filter {
            Some(filter) if wanted.at_risk => {
                let found = register.at_risk(filter, after.as_ref(), today).take(SHOWN.saturating_add(1));
                found.map(|at_risk| Row::of(register, &at_risk, &levels, today)).collect()
            }
            Some(filter) => {
                let plain = |service| AtRisk { service, reasons: Vec::new(), not_known: Vec::new() };
                let found = register.find(filter, after.as_ref()).take(SHOWN.saturating_add(1));
                found.map(|service| Row::of(register, &plain(service), &levels, today)).collect()
            }
            None => Vec::<Row>::new(),
        };
        let more = services.len() > SHOWN;
        services.truncate(SHOWN);
        let next = services.last().filter(|_| more).map(|last| last.code.clone());
        let oldest =
            register.imports().iter().filter(|import| is_last(register, import)).min_by_key(|import| import.as_at);
        let kind = |kind: &ServiceKind| (kind.word(), plain(kind.word()), kind.word() == wanted.kind);
        Self {
            frame: Frame { area: Area::Register, ..frame.titled("Register", false) },
            counts: Kind::ALL.iter().map(|kind| (rows(*kind), register.count(*kind))).collect(),
            oldest: oldest
                .map(|import| format!("{} ({}), from {}", day(import.as_at), ago(import.as_at, today), import.source)),
            imports: register.imports().len(),
            empty: register.count(Kind::Service) == 0,
            may_import,
            levels,
            joined: incidents.is_some(),
            kinds: ServiceKind::ALL.iter().map(kind).collect(),
            authorities: register.authorities(today).map(|of| of.name.clone()).collect(),
            wrong,
            services,
            next,
            wanted: wanted.clone(),
        }
    }

    /// The address of the page behind a code, with the same filter.
    fn next_page(&self, after: &str) -> String {
        let Wanted { authority, kind, provider, text, at_risk, after: _ } = &self.wanted;
        let risk = if *at_risk { "yes" } else { "" };
        let all = [("authority", authority.as_str()), ("kind", kind), ("provider", provider), ("text", text)];
        let all = all.into_iter().chain([("risk", risk), ("after", after)]).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("/register?{}", pairs.join("&"))
    }
}

/// Whether an import is the last of its source.
pub(crate) fn is_last(register: &Register, import: &Import) -> bool {
    register.last_import(&import.source).is_some_and(|last| last.number == import.number)
}

/// A value as it stands in an address.
pub(crate) fn encoded(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Wanted {
    /// What is asked of the register; or nothing, with what it does not know.
    fn filter(&self, register: &Register, today: NaiveDate) -> (Option<Filter>, Vec<String>) {
        let mut wrong = Vec::new();
        let authority = register.resolve_authority(&self.authority, today).map(|found| found.code.clone());
        if authority.is_none() && !self.authority.trim().is_empty() {
            wrong.push(format!(
                "The register knows no authority “{}”. Give its name today, or its code.",
                self.authority
            ));
        }
        let provider = register.find_provider(&self.provider);
        if provider.is_none() && !self.provider.trim().is_empty() {
            wrong.push(format!(
                "The register knows no one provider “{}”. Give its code, or its whole name where one alone has it; or search the text.",
                self.provider
            ));
        }
        let kind = self.kind.parse().ok();
        if kind.is_none() && !self.kind.is_empty() {
            wrong.push(format!("“{}” is no kind of service.", self.kind));
        }
        let authority = authority.filter(|_| !self.authority.trim().is_empty());
        let provider = provider.filter(|_| !self.provider.trim().is_empty());
        let filter = Filter { authority, brand: None, provider, kind, text: self.text.clone() };
        (wrong.is_empty().then_some(filter), wrong)
    }
}

impl Row {
    fn of(register: &Register, of: &AtRisk<'_>, levels: &[Level], today: NaiveDate) -> Self {
        let AtRisk { service, reasons, not_known: unknown } = of;
        let said = register.capacity(&service.code);
        // The same service where an incident names it by its code.
        let level = levels.iter().find(|level| level.service.eq_ignore_ascii_case(service.code.as_str()));
        Self {
            code: service.code.to_string(),
            name: service.name.clone(),
            provider: provider(register, service),
            authority: authority(register, service, today),
            kinds: kinds(&service.kinds),
            rating: rating(service.rating),
            rating_tag: rating_tag(service.rating),
            places: places(said),
            stale: said.is_some_and(|said| register.is_stale(said.as_at, today)),
            level: level.filter(|level| level.level.is_some()).map(|level| (level.label(), level.tag())),
            risks: reasons.iter().map(|of| reason(*of)).collect(),
            unknown: unknown.iter().map(|of| not_known(*of)).collect::<Vec<_>>().join(", "),
        }
    }

    fn href(&self) -> String {
        format!("/register/services/{}", encoded(&self.code))
    }
}

/// The name of a service's provider, or its code.
pub(crate) fn provider(register: &Register, service: &Service) -> String {
    register.provider(&service.provider).map_or_else(|| service.provider.to_string(), |provider| provider.name.clone())
}

/// The name of a service's authority today, or what the file calls it.
pub(crate) fn authority(register: &Register, service: &Service, today: NaiveDate) -> String {
    let today = service.authority.as_ref().and_then(|code| register.authority(register.code_today(code, today)));
    let named = today.map(|found| found.name.clone()).or_else(|| service.authority_name.clone());
    named.unwrap_or_else(|| "Authority not known".to_owned())
}

#[cfg(test)]
mod tests {
    use muster_register::Known;
    use muster_register::row::{Provider, Row as Listed};

    use super::*;
    use crate::{ImportsPage, ServicePage, html};

    fn service(code: &str, name: &str, rating: &str) -> Listed {
        let service: Service = serde_json::from_value(serde_json::json!({
            "code": code, "name": name, "provider": "1-900", "brand": null, "kinds": ["nursing"], "care_home": "yes",
            "dormant": "no", "registered_beds": 48, "rating": rating, "rated_on": null, "manager": "unknown",
            "manager_absent_since": null, "authority_name": "Coventry", "authority": "E08000026", "postcode": null,
            "primary": null,
        }))
        .unwrap();
        service.into()
    }

    fn register(services: usize) -> Register {
        let provider = Provider { code: "1-900".parse().unwrap(), name: "Larkfield Care Ltd".to_owned(), brand: None };
        let listed =
            (0..services).map(|number| service(&format!("1-{number:03}"), &format!("Home <{number}>"), "inadequate"));
        let known = listed.chain([provider.into()]).map(|row| Known { row, source: "a-file".parse().unwrap() });
        Register::new(known, Vec::new(), 7)
    }

    fn drawn(register: &Register, wanted: &Wanted) -> String {
        let today = "2024-03-04".parse().unwrap();
        html(&RegisterPage::new(Frame::plain(""), register, wanted, Some(&[]), false, today)).unwrap()
    }

    #[test]
    fn an_empty_register_says_what_would_fill_it_and_a_full_one_goes_page_by_page() {
        let none = drawn(&register(0), &Wanted::default());
        assert!(none.contains("The register holds no services yet."), "{none}");
        let full = register(60);
        let first = drawn(&full, &Wanted { authority: "Coventry".to_owned(), at_risk: true, ..Wanted::default() });
        assert!(
            first.contains("Home &#60;0&#62;") && !first.contains("Home &#60;50&#62;"),
            "what files say is escaped"
        );
        assert!(first.contains("rated inadequate") && first.contains("not known: whether it has a registered manager"));
        assert!(first.contains("/register?authority=Coventry&#38;risk=yes&#38;after=1-049"), "{first}");
        let second = drawn(&full, &Wanted { after: "1-049".to_owned(), ..Wanted::default() });
        assert!(second.contains("Home &#60;50&#62;") && !second.contains("Next page"));
    }

    #[test]
    fn what_the_register_does_not_know_is_said_and_nothing_is_shown_instead() {
        let wanted = Wanted { authority: "Atlantis".to_owned(), provider: "Nobody".to_owned(), ..Wanted::default() };
        let told = drawn(&register(3), &wanted);
        assert!(told.contains("no authority “Atlantis”") && told.contains("no one provider “Nobody”"), "{told}");
        assert!(!told.contains("Home &#60;"));
    }

    #[test]
    fn a_service_says_whose_word_each_thing_is_and_that_nobody_could_step_in() {
        let (register, today) = (register(1), "2024-03-04".parse().unwrap());
        let page = |code: &str| ServicePage::new(Frame::plain(""), &register, &code.parse().unwrap(), None, today);
        assert!(page("1-999").is_none());
        let told = html(&page("1-000").unwrap()).unwrap();
        for word in [
            "It is from a-file.",
            "No file of figures names it.",
            "The register knows nobody",
            "your role reads no records",
        ] {
            assert!(told.contains(word), "{word}: {told}");
        }
        let imports = html(&ImportsPage::new(Frame::plain(""), &register, true, today)).unwrap();
        assert!(imports.contains("Your agency may import"), "{imports}");
    }
}
