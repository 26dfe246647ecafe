//! One step of an exercise, done by asking the coordinator what any participant asks.

use std::sync::Arc;

use muster_coordinator::{AppendAsk, AppendError, Coordinator, OpenAsk, RegionalAsk, SettingsAsk, SettingsError};
use muster_record::agency::Agency;
use muster_record::entry::{Hand, Hash};
use muster_record::ids::{ActionNo, IncidentId, RequestId};
use muster_record::incident::{advising, lifecycle, review};
use muster_record::situation::ActionStatus;
use muster_record::visible::Reader;
use muster_record::{Author, Command, Incident};

use crate::expecting;
use crate::kept::{Kept, Opened};
use crate::plan::{Plan, Planned};
use crate::script::{Asked, ItemRef, OnAction, Step, What};

/// The name of the hand that writes what the script says.
const HAND: &str = "exercise-script";

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// It was done, and may have opened an incident.
    Done(Option<Opened>),
    /// What is expected was so.
    AsExpected,
    /// What is expected was not so.
    NotAsExpected(String),
    /// It could not be done.
    Not(String),
}

/// Does the steps of one exercise.
pub(crate) struct Actor<'a> {
    pub(crate) coordinator: &'a Arc<Coordinator>,
    pub(crate) plan: &'a Plan,
    pub(crate) kept: &'a Kept,
}

/// What was asked and refused, by its reason code, or could not even be asked.
enum Unmet {
    Refused { reason: String, told: String },
    Impossible(String),
}

impl From<AppendError> for Unmet {
    fn from(error: AppendError) -> Self {
        Self::Refused { reason: error.code().to_owned(), told: error.to_string() }
    }
}

impl From<SettingsError> for Unmet {
    fn from(error: SettingsError) -> Self {
        let reason = match &error {
            SettingsError::NoSuchRuleSet => "RULE_SET_NOT_FOUND",
            SettingsError::NotYours { .. } => "NOT_YOUR_RULE_SET",
            SettingsError::Refused(_) => "SETTINGS_REFUSED",
            SettingsError::Failed(_) => "RULE_SET_FAILED",
            SettingsError::AlreadySo => "SETTINGS_ALREADY_SO",
            SettingsError::SameVersion => "VERSION_ALREADY_SO",
            SettingsError::OtherComponent => "OTHER_COMPONENT",
            SettingsError::Append(error) => error.code(),
            SettingsError::Query(_) => "STORE_UNAVAILABLE",
        };
        Self::Refused { reason: reason.to_owned(), told: error.to_string() }
    }
}

fn impossible(why: impl Into<String>) -> Unmet {
    Unmet::Impossible(why.into())
}

impl Actor<'_> {
    /// Does a step.
    pub(crate) async fn takes(&self, planned: &Planned) -> Came {
        let step = &planned.step;
        match &step.what {
            What::WaitForAdvice => return Came::Done(None),
            What::Expect(expectation) => {
                return match expecting::holds(self, step, expectation) {
                    Ok(()) => Came::AsExpected,
                    Err(why) => Came::NotAsExpected(why),
                };
            }
            What::Open(_)
            | What::OpenRegional { .. }
            | What::AddMember { .. }
            | What::ChangeSettings { .. }
            | What::Commands(_) => (),
        }
        match (self.asks(planned).await, &step.expect_refusal) {
            (Ok(opened), None) => Came::Done(opened),
            (Ok(_), Some(expected)) => {
                Came::NotAsExpected(format!("it was done, and should have been refused with {expected}"))
            }
            (Err(Unmet::Refused { reason, .. }), Some(expected)) if reason == *expected => Came::AsExpected,
            (Err(Unmet::Refused { reason, told }), _) => Came::Not(format!("{reason}: {told}")),
            (Err(Unmet::Impossible(why)), _) => Came::Not(why),
        }
    }

    async fn asks(&self, planned: &Planned) -> Result<Option<Opened>, Unmet> {
        let Planned { number, step, text } = planned;
        let agency = self.agency(&step.who)?.id.clone();
        let hand = Hand::System(HAND.to_owned());
        let request: RequestId =
            format!("exercise-step-{number}").parse().map_err(|_| impossible("the step has no name"))?;
        let body = Hash::of(text.as_bytes());
        let reader = Reader::of(agency.clone());
        let regional = || RegionalAsk {
            agency: agency.clone(),
            reader: reader.clone(),
            hand: hand.clone(),
            office: step.office,
            request: request.clone(),
            body,
            validate_only: false,
        };
        let opened = |id: IncidentId| Opened { name: step.incident.clone(), id, opener: agency.clone() };
        match &step.what {
            What::Open(opening) => {
                let opening = opening.as_ref().clone();
                let (hand, agency) = (hand.clone(), agency.clone());
                let ask =
                    OpenAsk { agency, hand, request: request.clone(), body, validate_only: false, opening, link: None };
                Ok(Some(opened(self.coordinator.open(ask).await?.incident)))
            }
            What::OpenRegional { on, item } => {
                let on = self.incident_id(on)?;
                let seen = self.seen(&step.who, &on)?;
                let proposal = self.proposal(&seen, item)?;
                let done = self.coordinator.open_regional(regional(), &on, proposal).await?;
                Ok(done.regional.map(|regional| opened(regional.incident)))
            }
            What::AddMember { member } => {
                let (region, member) = (self.incident_id(&step.incident)?, self.incident_id(member)?);
                self.coordinator.add_member(regional(), &region, &member).await?;
                Ok(None)
            }
            What::ChangeSettings { rule_set, settings, because } => {
                let (rule_set, settings) = (rule_set.clone(), settings.text().to_owned());
                let (hand, agency, request) = (hand.clone(), agency.clone(), request.clone());
                let ask = SettingsAsk { agency, hand, request, body, rule_set, settings, because: because.clone() };
                let coordinator = Arc::clone(self.coordinator);
                let done = tokio::task::spawn_blocking(move || coordinator.change_settings(&ask)).await;
                done.map_err(|_| impossible("the server is stopping"))??;
                Ok(None)
            }
            What::Commands(asked) => {
                let incident = self.incident_id(&step.incident)?;
                let commands = self.commands(step, &incident, asked)?;
                let author = Author::by(agency.clone(), hand.clone()).for_office(step.office);
                let labels = step.labels.clone();
                let (request, reader) = (request.clone(), reader.clone());
                self.coordinator
                    .append(AppendAsk {
                        incident,
                        author,
                        request,
                        body,
                        expected_seq: None,
                        occurred_at: None,
                        validate_only: false,
                        commands,
                        labels,
                        reader,
                    })
                    .await?;
                Ok(None)
            }
            What::Expect(_) | What::WaitForAdvice => Ok(None),
        }
    }

    fn agency(&self, alias: &str) -> Result<&Agency, Unmet> {
        self.plan.agency(alias).ok_or_else(|| impossible(format!("the exercise has no {alias}")))
    }

    fn incident_id(&self, name: &str) -> Result<IncidentId, Unmet> {
        let known = self.kept.incident(name);
        known.map(|opened| opened.id.clone()).ok_or_else(|| impossible("the incident is not open"))
    }

    /// The incident as an agency sees it.
    fn seen(&self, who: &str, id: &IncidentId) -> Result<Arc<Incident>, Unmet> {
        let reader = Reader::of(self.agency(who)?.id.clone());
        self.coordinator.incident(&reader, id).map_err(|error| AppendError::from(error).into())
    }

    fn proposal(&self, incident: &Incident, item: &ItemRef) -> Result<muster_record::ids::ProposalNo, Unmet> {
        let named = |open: &&advising::Proposal| {
            open.rule_set == item.rule_set
                && open.item.key() == item.key
                && item.kind.is_none_or(|kind| open.item.kind() == kind)
        };
        let found = incident.advising.open().find(named);
        found
            .map(|open| open.number)
            .ok_or_else(|| impossible(format!("{} has nothing open under {}", item.rule_set, item.key)))
    }

    /// The commands of a step, with every number known.
    fn commands(&self, step: &Step, id: &IncidentId, asked: &[Asked]) -> Result<Vec<Command>, Unmet> {
        let needs_a_view = asked.iter().any(|asked| !matches!(asked, Asked::Ready(_) | Asked::LinkTo { .. }));
        let seen = if needs_a_view { Some(self.seen(&step.who, id)?) } else { None };
        let view = || seen.as_ref().ok_or_else(|| impossible("the incident is not open"));
        let own = &self.agency(&step.who)?.id;
        let mut commands: Vec<Command> = Vec::with_capacity(asked.len());
        for asked in asked {
            match asked {
                Asked::Ready(command) => commands.push(command.as_ref().clone()),
                Asked::OfProposal { item, then } => commands.push(then.command(self.proposal(view()?, item)?)),
                Asked::AdoptActions { rule_set } => {
                    let view = view()?;
                    let open = view.advising.open();
                    let actions = open.filter(|open| open.rule_set == *rule_set && open.item.kind() == "action");
                    let before = commands.len();
                    commands.extend(actions.map(|open| advising::Command::Adopt { proposal: open.number }.into()));
                    if commands.len() == before {
                        return Err(impossible(format!("{rule_set} proposes no action that awaits a person")));
                    }
                }
                Asked::OfAction { item, then } => {
                    let key = item.full_key();
                    let known =
                        view()?.actions.list.numbered().find(|(_, action)| action.key.as_deref() == Some(&*key));
                    let (number, _) = known.ok_or_else(|| impossible(format!("no action came from {key} yet")))?;
                    commands.push(then.command(number));
                }
                Asked::OfEachAction { then } => {
                    let mine = view()?.actions.list.numbered().filter(|(_, action)| action.owner == *own);
                    let fits = mine.filter(|(_, action)| fits(then, action.status));
                    let before = commands.len();
                    commands.extend(fits.map(|(number, _): (ActionNo, _)| then.command(number)));
                    if commands.len() == before {
                        return Err(impossible(format!("{} has no action for which this could be said", step.who)));
                    }
                }
                Asked::LinkTo { name, relation } => {
                    let incident = self.incident_id(name)?;
                    let link = lifecycle::Link { incident, relation: *relation, authority: None, brand: None };
                    commands.push(lifecycle::Command::Link(link).into());
                }
                Asked::ReportNow { to } => {
                    let as_of = view()?.seq;
                    commands.push(review::Command::IssueReport { as_of, to: to.clone() }.into());
                }
            }
        }
        Ok(commands)
    }

    /// The incident of a step as the agency sees it that opened it.
    pub(crate) fn by_its_opener(&self, step: &Step) -> Result<Arc<Incident>, String> {
        let opened = self.kept.incident(&step.incident).ok_or("the incident is not open")?;
        let reader = Reader::of(opened.opener.clone());
        self.coordinator.incident(&reader, &opened.id).map_err(|error| error.to_string())
    }
}

/// Whether something can be said of an action that stands so.
fn fits(then: &OnAction, status: ActionStatus) -> bool {
    match then {
        OnAction::Accept => status == ActionStatus::Raised,
        OnAction::Assign(_)
        | OnAction::Decline(_)
        | OnAction::Progress(_)
        | OnAction::Block(_)
        | OnAction::Complete(_)
        | OnAction::Cancel(_) => status.is_open(),
    }
}
