//! The console: what people are shown of incidents, as pages of HTML.
//!
//! A page is a pure function of what the coordinator answers for one viewer: whoever may not see an entry has it neither
//! here nor in a count, because it was never handed in. No IO, no wire, no clock: the time is an argument.

mod access;
mod actions;
mod advice;
pub mod assets;
mod briefings;
mod clock;
mod exercises;
mod exposure;
mod files;
mod form;
mod frame;
mod imports;
mod incidents;
mod install;
mod letters;
mod levels;
mod listed;
mod made_of;
mod manage;
mod may;
mod meetings;
mod needs;
mod opening;
mod options;
mod overview;
mod people;
mod places;
mod questions;
mod record;
mod region;
mod region_why;
mod regions;
mod register;
mod rehearsal;
mod report;
mod rule_set;
mod rule_sets;
mod said;
mod schematic;
mod service;
mod settings_words;
mod sign_in;
mod start;
mod stopped;
mod tables;
#[cfg(test)]
mod tests;
mod when;
mod why;

pub use access::AccessPage;
pub use actions::ActionsPage;
pub use advice::AdvicePage;
pub use briefings::{BriefingPage, BriefingsPage, briefing};
pub use clock::ClockPage;
pub use exercises::{ExercisesPage, Goes, Part, Rehearsal, Scenario};
pub use files::{Filed, NotFiled, file};
pub use form::Typed;
pub use frame::{Area, Frame, Live, Who, Within};
pub use imports::ImportsPage;
pub use incidents::IncidentsPage;
pub use install::{InstallPage, Proposal};
pub use letters::{CHANGE_ASKED, LettersPage, change_asked};
pub use made_of::{MadeOfPage, Makers, Number};
pub use manage::ManagePage;
pub use meetings::MeetingsPage;
pub use opening::OpenPage;
pub use options::OptionsPage;
pub use overview::OverviewPage;
pub use people::PeoplePage;
pub use places::PlacesPage;
pub use questions::QuestionsPage;
pub use record::{Filter, Line, RecordPage, Shown, fragment};
pub use region::{Region, RegionPage};
pub use region_why::RegionWhyPage;
pub use regions::RegionsPage;
pub use register::{RegisterPage, Wanted};
pub use rehearsal::{Became, CameOut, Kept, RehearsalPage, ScorePage, Step};
pub use report::ReportPage;
pub use rule_set::{Differs, InForce, RuleSet, RuleSetPage, Trial};
pub use rule_sets::{Installed, RuleSetsPage, Stands, Whose};
pub use service::ServicePage;
pub use sign_in::SignInPage;
pub use start::{StartFrom, StartPage};
pub use stopped::StoppedPage;
pub use why::{Read, WhyPage};

pub use askama::Template as Page;

/// A page could not be drawn: a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("a page could not be drawn")]
pub struct NotDrawn(#[from] askama::Error);

/// A page as HTML.
///
/// # Errors
/// When a template cannot be written out, which is a fault of ours.
pub fn html(page: &impl askama::Template) -> Result<String, NotDrawn> {
    Ok(page.render()?)
}
