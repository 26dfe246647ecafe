//! What hangs on one brand or provider, authority by authority, as the register knows it.

use chrono::NaiveDate;
use muster_register::Register;
use muster_register::ask::{Held, Of};
use muster_register::ids::ProviderCode;

use crate::listed::{day, stage};

/// What hangs on it, or that the register does not know it.
#[derive(Debug, Clone)]
pub(crate) struct Exposed {
    pub(crate) name: String,
    /// Its code; none where the register knows nothing of that name.
    pub(crate) code: Option<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) total: Row,
    /// How far market oversight has gone with each provider concerned.
    pub(crate) oversight: Vec<String>,
}

/// How much of it, in one authority or in all.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) authority: String,
    pub(crate) services: u32,
    pub(crate) beds: String,
    pub(crate) occupied: String,
    pub(crate) accepting: String,
    pub(crate) said: String,
}

impl Exposed {
    /// Of a brand, by its code or its name.
    pub(crate) fn of_brand(register: &Register, brand: &str, today: NaiveDate) -> Self {
        let found = register.find_brand(brand);
        let code = found.as_ref().map(|code| code.as_str().to_owned());
        let name = found.as_ref().and_then(|code| register.brand(code)).map(|brand| brand.name.clone());
        let of = found.map(Of::Brand);
        Self::of(register, name.unwrap_or_else(|| brand.to_owned()), code, of.as_ref(), today)
    }

    /// Of a provider.
    pub(crate) fn of_provider(register: &Register, provider: &ProviderCode, today: NaiveDate) -> Self {
        let name = register.provider(provider).map(|provider| provider.name.clone());
        let name = name.unwrap_or_else(|| provider.to_string());
        Self::of(register, name, Some(provider.to_string()), Some(&Of::Provider(provider.clone())), today)
    }

    fn of(register: &Register, name: String, code: Option<String>, of: Option<&Of>, today: NaiveDate) -> Self {
        let exposure = of.map(|of| register.exposure(of, today)).unwrap_or_default();
        let rows = exposure.by_authority.iter().map(|(code, held)| {
            let known = code.as_ref().and_then(|code| register.authority(code)).map(|found| found.name.clone());
            let unnamed = || code.as_ref().map_or_else(|| "Authority not known".to_owned(), ToString::to_string);
            Row::of(known.unwrap_or_else(unnamed), held)
        });
        let warned = exposure.providers.iter().filter_map(|provider| register.oversight(provider));
        let warned = warned.map(|said| {
            let since = said.since.map(|since| format!(" since {}", day(since))).unwrap_or_default();
            let provider = register.provider(&said.provider).map(|provider| provider.name.as_str());
            format!("{}: {}{since}", provider.unwrap_or(said.provider.as_str()), stage(said.stage))
        });
        Self {
            name,
            code,
            rows: rows.collect(),
            total: Row::of("All".to_owned(), &exposure.total),
            oversight: warned.collect(),
        }
    }
}

impl Row {
    fn of(authority: String, held: &Held) -> Self {
        let Held { services, registered_beds, beds_not_known, occupied, accepting, with_figures, stale, oldest_as_at } =
            held;
        let told = |count: u32| if *with_figures == 0 { "not told".to_owned() } else { count.to_string() };
        let beds = match beds_not_known {
            0 => registered_beds.to_string(),
            homes => format!("{registered_beds}, and {homes} homes of which it is not known"),
        };
        let said = match (with_figures, stale, oldest_as_at) {
            (0, _, _) | (_, _, None) => "none of them said so".to_owned(),
            (some, 0, Some(oldest)) => format!("{some} of {services} said so, the oldest on {}", day(*oldest)),
            (some, stale, Some(oldest)) => {
                format!("{some} of {services} said so, {stale} too long ago; the oldest on {}", day(*oldest))
            }
        };
        Self { authority, services: *services, beds, occupied: told(*occupied), accepting: told(*accepting), said }
    }
}
