//! The whole of the advice: who is at the table, what is held, what is asked, and the steps.

mod staffing;
mod stop;
#[cfg(test)]
mod tests;

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, FactValue, Finding, Involvement, MeetingKind, Office, Part, Phase, ProposedAction,
    Question, Restriction, RestrictionBasis, Situation,
};

use crate::Settings;
use crate::table::{FindingRow, InvolvementRow, QuestionRow, SettledBy, StepRow, Tables, When};

/// What the rules ask of a situation, looked up once.
pub(crate) struct View<'a> {
    situation: &'a Situation,
    over: Answer,
    meeting_required: Answer,
    last_rung: bool,
}

impl<'a> View<'a> {
    fn of(situation: &'a Situation, tables: &Tables) -> Self {
        // What Public Health says stands before what it would be for: "widespread" is the Plan's example.
        let widespread = match situation.answer("outbreak/widespread") {
            Answer::Yes => Answer::Yes,
            Answer::No | Answer::Unknown => Answer::Unknown,
        };
        Self {
            situation,
            over: situation.answer("outbreak/over"),
            meeting_required: situation.answer("outbreak/imt-required").or_else(widespread),
            last_rung: staffing::rung(situation, &tables.ladder).is_some_and(|rung| rung.exhausted.is_none()),
        }
    }

    /// A missing answer is never a no, so an outbreak runs until somebody says that it is over.
    fn is_running(&self) -> bool {
        self.over != Answer::Yes
    }

    fn has_stepped_down(&self) -> bool {
        matches!(self.situation.phase, Phase::Recovering | Phase::Closed)
    }

    fn is_led(&self) -> bool {
        self.situation.participants.iter().any(|seat| seat.offices.contains(&Office::PublicHealthLead))
    }

    fn is_meeting_called(&self) -> bool {
        self.meetings_held().any(|is_held| !is_held)
    }

    fn meetings_held(&self) -> impl Iterator<Item = bool> {
        let of_kind = self.situation.meetings.iter().filter(|meeting| meeting.kind == MeetingKind::IncidentManagement);
        of_kind.map(|meeting| meeting.held_at.is_some())
    }

    /// Whatever was restricted for the time of the outbreak and still is.
    fn temporary(&self) -> impl Iterator<Item = &'a Restriction> {
        let temporary = |restriction: &&Restriction| restriction.basis == RestrictionBasis::Temporary;
        self.situation.restrictions.iter().filter(temporary).filter(|restriction| restriction.lifted_at.is_none())
    }

    fn is(&self, fact: &str, answer: Answer) -> bool {
        self.situation.answer(fact) == answer
    }

    fn holds(&self, when: When) -> bool {
        let running = self.is_running();
        let coronavirus = self.is("outbreak/coronavirus", Answer::Yes);
        match when {
            When::Running => running,
            When::NobodyLeads => running && !self.is_led(),
            When::MeetingNotSettled => running && self.meeting_required == Answer::Unknown,
            When::NotWidespread => running && self.is("outbreak/widespread", Answer::No),
            When::MeetingRequired => {
                running && self.meeting_required == Answer::Yes && self.meetings_held().next().is_none()
            }
            When::MeetingCalled => running && self.is_meeting_called(),
            When::AuditRequired => {
                running && self.is("outbreak/ipc-audit-required", Answer::Yes) && !self.recommended()
            }
            When::AuditRecommended => running && self.recommended(),
            When::EquipmentShort => running && self.is("outbreak/ppe-adequate", Answer::No),
            When::Coronavirus => running && coronavirus,
            When::NotKnownAsCoronavirus => running && !coronavirus,
            When::LastRung => running && self.last_rung,
            When::CouncilStaffNotNeeded => {
                let is_needed = running && !self.is("staffing/safe", Answer::Yes);
                self.is("staffing/council-staff-working", Answer::Yes) && !is_needed
            }
            When::EndMatters => self.temporary().next().is_some() || self.has_stepped_down(),
            When::CanStepDown => {
                let nothing_temporary =
                    !self.situation.is_withheld(Part::Restrictions) && self.temporary().next().is_none();
                !running && nothing_temporary && !self.has_stepped_down()
            }
            When::Recovering => !running && self.has_stepped_down(),
            When::BackAgain => self.over == Answer::No && self.has_stepped_down(),
        }
    }

    fn recommended(&self) -> bool {
        self.is("outbreak/ipc-audit-recommended", Answer::Yes)
    }

    /// A step that is due a second time is another step: one that was adopted is not put to people again.
    fn key(&self, row: &StepRow) -> String {
        let again = match row.when {
            When::CanStepDown => self.times_stepped_down(),
            When::BackAgain => self.times_stepped_down().saturating_sub(1),
            When::Running
            | When::NobodyLeads
            | When::MeetingNotSettled
            | When::NotWidespread
            | When::MeetingRequired
            | When::MeetingCalled
            | When::AuditRequired
            | When::AuditRecommended
            | When::EquipmentShort
            | When::Coronavirus
            | When::NotKnownAsCoronavirus
            | When::LastRung
            | When::CouncilStaffNotNeeded
            | When::EndMatters
            | When::Recovering => 0,
        };
        if again == 0 { row.key.clone() } else { format!("{}/{}", row.key, again.saturating_add(1)) }
    }

    fn times_stepped_down(&self) -> usize {
        self.situation.milestones.iter().filter(|milestone| milestone.key == "phase/recovering").count()
    }
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let view = View::of(situation, tables);
    let mut advice = Advice::default();
    advice.involvements.extend(tables.involvements.iter().filter(|row| is_missing(&view, row)).map(involve));
    let findings = tables.findings.iter().filter(|row| row.when.is_none_or(|when| view.holds(when)));
    advice.findings.extend(findings.map(|row| finding(&view, row)));
    advice.questions.extend(tables.questions.iter().filter(|row| is_open(&view, row)).map(ask));
    advice.actions.extend(tables.steps.iter().filter(|row| view.holds(row.when)).map(|row| step(&view, row)));
    staffing::climb(&view, &tables.ladder, &mut advice);
    stop::advise(&view, &tables.stop, settings, &mut advice);
    advice
}

fn is_missing(view: &View<'_>, row: &InvolvementRow) -> bool {
    let works = |interest| interest >= row.interest;
    let has_seat = view.situation.participants.iter().any(|seat| seat.kind == row.agency && works(seat.interest));
    view.is_running() && !has_seat
}

fn involve(row: &InvolvementRow) -> Involvement {
    Involvement::new(&row.key, row.agency, row.interest, &row.why, row.cites.iter().cloned())
}

fn finding(view: &View<'_>, row: &FindingRow) -> Finding {
    let fact = row.fact.as_deref().unwrap_or_default();
    let (verdict, rests_on) = match row.by {
        SettledBy::Fact => (view.situation.answer(fact), vec![fact]),
        SettledBy::Lead => (Answer::from(view.is_led()), Vec::new()),
        SettledBy::Meeting => (view.meeting_required, vec!["outbreak/widespread", "outbreak/imt-required"]),
        SettledBy::OtherInfection => {
            let other = match view.situation.answer("outbreak/coronavirus") {
                Answer::Yes => Answer::No,
                Answer::No => Answer::Yes,
                Answer::Unknown => Answer::Unknown,
            };
            (other, vec!["outbreak/coronavirus"])
        }
    };
    let mut finding = Finding::new(&row.key, &row.subject, verdict, &row.title, row.cites.iter().cloned());
    let facts = rests_on.into_iter().filter_map(|fact| view.situation.fact(fact));
    finding.because.extend(facts.map(ToString::to_string));
    finding
}

fn is_open(view: &View<'_>, row: &QuestionRow) -> bool {
    let value = view.situation.fact(&row.fact).map(|fact| &fact.value);
    let is_answered = match value {
        Some(FactValue::Answer(answer)) => *answer != Answer::Unknown,
        Some(FactValue::Number(_) | FactValue::Text(_) | FactValue::At(_)) => true,
        None => false,
    };
    view.holds(row.when) && !is_answered
}

fn ask(row: &QuestionRow) -> Question {
    Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned())
}

fn step(view: &View<'_>, row: &StepRow) -> ProposedAction {
    let leads = || view.situation.participants.iter().find(|seat| seat.is_lead).map(|seat| seat.kind);
    let owner = row.owner.or_else(leads).unwrap_or(AgencyKind::Council);
    let action = ProposedAction::new(view.key(row), &row.title, owner, row.cites.iter().cloned());
    if row.at_once { action.due(view.situation.notified_at) } else { action }
}
