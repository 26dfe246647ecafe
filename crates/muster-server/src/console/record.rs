//! The record as a page: the newest entries first, filtered among those that the reader sees.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{Filter, Line, RecordPage, Shown};
use muster_coordinator::{Directory, Stored};
use muster_proto::v1;
use muster_proto::v1::author::Hand;
use muster_proto::v1::entry::Body;
use muster_record::entry::Sealed;
use muster_record::ids::Seq;
use serde::Deserialize;

use super::Console;
use super::entering::{Entered, page};
use super::failing::Failed;
use crate::glass::Looker;
use crate::{bounds, status, view};

const READ: &str = "/muster.v1.RecordService/Read";

/// Which entries are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    show: String,
    #[serde(default)]
    text: String,
    before: Option<u64>,
}

/// An entry as it would be sent, as a line, with its agency by the name that people call it.
pub(super) fn line(root: &str, known: &Directory, entry: &v1::Entry) -> Line {
    let told = muster_proto::entry::line(entry);
    let withheld = matches!(entry.body, Some(Body::Withheld(v1::WithheldStub {})));
    let author = entry.author.as_ref();
    let hand = author.and_then(|author| author.hand.as_ref());
    let agency = author.and_then(|author| author.agency.parse().ok()).and_then(|agency| known.get(&agency));
    let agency = agency.map(|agency| agency.title.clone());
    let who = match (hand, agency) {
        (Some(Hand::RuleSet(name)), _) => format!("Rule set {}", name.replace('-', " ")),
        (Some(Hand::Person(of)), Some(agency)) => format!("{agency}, {}", of.person),
        (_, Some(agency)) => agency,
        (_, None) => told.who,
    };
    Line {
        page: format!("{root}/incidents/{}", entry.incident_id),
        seq: told.seq,
        at: told.at,
        who,
        told: (!withheld).then_some(told.text),
        advice: matches!(hand, Some(Hand::RuleSet(_))),
    }
}

pub(super) async fn record(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, READ, &id).await?;
    let (before, newest) = entered.before(wanted.before);
    let (filter, text) = (Filter::of(&wanted.show), wanted.text.trim().to_lowercase());
    let (lines, older) = console.lines(&entered, before, |_| true, |line| filter.passes(line, &text)).await?;
    let shown = Shown { lines, filter, text: wanted.text.trim().to_owned(), older, newest };
    page(&RecordPage::new(entered.frame, &entered.incident, &shown))
}

impl Console {
    /// Entries before a place, the newest first, and the place before which more follow. What the reader does not see
    /// is searched as the stub that it is. Only what is `looked_at` is opened, and then kept when it `passes`.
    pub(super) async fn lines(
        &self,
        entered: &Entered,
        before: u64,
        looked_at: impl Fn(&Sealed) -> bool,
        passes: impl Fn(&Line) -> bool,
    ) -> Result<(Vec<Line>, Option<u64>), Failed> {
        let not_read = |error| Failed::from(status::not_read(&error));
        let (mut found, mut next, mut searched) = (Vec::new(), before, 0_usize);
        while next > 1 && found.len() < bounds::PAGE_ENTRIES && searched < bounds::PAGE_SEARCHED {
            let page = u64::try_from(bounds::READ_PAGE).unwrap_or(u64::MAX);
            let after = next.saturating_sub(1).saturating_sub(page);
            let limit = next.saturating_sub(1).saturating_sub(after);
            let limit = usize::try_from(limit).unwrap_or(bounds::READ_PAGE);
            let stored: Vec<Stored> = self.coordinator.entries(&entered.id, Seq(after), limit).map_err(not_read)?;
            let sealed = stored.iter().map(|stored| &stored.sealed).filter(|sealed| looked_at(sealed));
            Looker::of(&entered.caller).is_served(&self.coordinator, &entered.id, &entered.viewing, sealed).await?;
            for Stored { sealed, .. } in stored.iter().rev() {
                if found.len() >= bounds::PAGE_ENTRIES {
                    break;
                }
                (next, searched) = (sealed.seq.0, searched.saturating_add(1));
                if !looked_at(sealed) {
                    continue;
                }
                let entry = view::stored(&entered.viewing, sealed).map_err(not_read)?;
                let line = line(&self.root, self.coordinator.directory(), &entry);
                if passes(&line) {
                    found.push(line);
                }
            }
            if stored.is_empty() {
                break;
            }
        }
        Ok((found, (next > 1).then_some(next)))
    }
}
