//! Commands in and out: which message asks for what.

use muster_record::Command;
use muster_record::agency::Agency;
use muster_record::ids::AgencyId;
use muster_record::incident::lifecycle::Opening;

use crate::at::{At, Malformed, reading};
use crate::family::{
    actions, advising, answers, clocks, communications, decisions, escalation, lifecycle, log, meetings, offers,
    participants, people, restrictions, review, sharing,
};
use crate::v1;
use crate::v1::command::Command as Asked;

/// What the server knows of an agency, for an invitation, which only names it.
pub type Known<'a> = &'a dyn Fn(&AgencyId) -> Option<Agency>;

/// Reads one command that stands at `path` in its request.
///
/// # Errors
/// All that is wrong with it.
pub fn read_command(wire: &v1::Command, path: &str, known: Known<'_>) -> Result<Command, Malformed> {
    reading(path, |at| command(at, wire, known))
}

/// Reads what an incident is to be opened with.
///
/// # Errors
/// All that is wrong with it.
pub fn read_opening(wire: &v1::Opening, path: &str) -> Result<Opening, Malformed> {
    reading(path, |at| lifecycle::opening(at, wire))
}

/// Writes what an incident is, or was, opened with.
pub fn write_opening(opening: &Opening) -> v1::Opening {
    lifecycle::write_opening(opening)
}

/// Writes a command, as a client does.
pub fn write_command(command: &Command) -> v1::Command {
    let asked = match command {
        Command::Lifecycle(command) => lifecycle::write(command),
        Command::Log(command) => log::write(command),
        Command::Clocks(command) => clocks::write(command),
        Command::Participants(command) => participants::write(command),
        Command::Answers(command) => answers::write(command),
        Command::People(command) => people::write(command),
        Command::Actions(command) => actions::write(command),
        Command::Decisions(command) => decisions::write(command),
        Command::Meetings(command) => meetings::write(command),
        Command::Communications(command) => communications::write(command),
        Command::Restrictions(command) => restrictions::write(command),
        Command::Offers(command) => offers::write(command),
        Command::Advice(command) => advising::write(command),
        Command::Escalation(command) => escalation::write(command),
        Command::Review(command) => review::write(command),
        Command::Sharing(command) => sharing::write(command),
    };
    v1::Command { command: Some(asked) }
}

pub(crate) fn command(at: &mut At<'_>, wire: &v1::Command, known: Known<'_>) -> Option<Command> {
    let v1::Command { command } = wire;
    let Some(asked) = command else {
        return at.wrong("is not set: it asks for nothing that this version knows");
    };
    match asked {
        Asked::AmendIncident(wire) => lifecycle::amend(&mut at.field("amend_incident"), wire).map(Into::into),
        Asked::ReclassifyIncident(wire) => {
            lifecycle::reclassify(&mut at.field("reclassify_incident"), wire).map(Into::into)
        }
        Asked::ChangePhase(wire) => lifecycle::change_phase(&mut at.field("change_phase"), wire).map(Into::into),
        Asked::LinkIncident(wire) => lifecycle::link(&mut at.field("link_incident"), wire).map(Into::into),
        Asked::CloseIncident(wire) => lifecycle::close(&mut at.field("close_incident"), wire).map(Into::into),
        Asked::ReopenIncident(wire) => lifecycle::reopen(&mut at.field("reopen_incident"), wire).map(Into::into),
        Asked::MakeNote(wire) => log::note(&mut at.field("make_note"), wire).map(Into::into),
        Asked::CorrectEntry(wire) => log::correct(&mut at.field("correct_entry"), wire).map(Into::into),
        Asked::MoveClock(wire) => clocks::move_to(&mut at.field("move_clock"), wire).map(Into::into),
        Asked::PauseClock(wire) => clocks::pause(&mut at.field("pause_clock"), wire).map(Into::into),
        Asked::ResumeClock(wire) => clocks::resume(&mut at.field("resume_clock"), wire).map(Into::into),
        Asked::InviteAgency(wire) => participants::invite(&mut at.field("invite_agency"), wire, known).map(Into::into),
        Asked::JoinIncident(wire) => Some(participants::join(wire).into()),
        Asked::ChangeInterest(wire) => {
            participants::change_interest(&mut at.field("change_interest"), wire).map(Into::into)
        }
        Asked::LeaveIncident(wire) => participants::leave(&mut at.field("leave_incident"), wire).map(Into::into),
        Asked::TakeOffice(wire) => participants::take_office(&mut at.field("take_office"), wire).map(Into::into),
        Asked::OfferHandover(wire) => {
            participants::offer_handover(&mut at.field("offer_handover"), wire).map(Into::into)
        }
        Asked::AcceptHandover(wire) => {
            participants::accept_handover(&mut at.field("accept_handover"), wire).map(Into::into)
        }
        Asked::RejectHandover(wire) => {
            participants::reject_handover(&mut at.field("reject_handover"), wire).map(Into::into)
        }
        Asked::AskQuestion(wire) => answers::ask(&mut at.field("ask_question"), wire).map(Into::into),
        Asked::AnswerFact(wire) => answers::answer(&mut at.field("answer_fact"), wire).map(Into::into),
        Asked::RegisterPerson(wire) => people::register(&mut at.field("register_person"), wire).map(Into::into),
        Asked::ChangePerson(wire) => people::change(&mut at.field("change_person"), wire).map(Into::into),
        Asked::SetPersonStatus(wire) => people::set_status(&mut at.field("set_person_status"), wire).map(Into::into),
        Asked::RaiseAction(wire) => actions::raise(&mut at.field("raise_action"), wire).map(Into::into),
        Asked::AssignAction(wire) => actions::assign(&mut at.field("assign_action"), wire).map(Into::into),
        Asked::AcceptAction(wire) => actions::accept(&mut at.field("accept_action"), wire).map(Into::into),
        Asked::DeclineAction(wire) => actions::decline(&mut at.field("decline_action"), wire).map(Into::into),
        Asked::ProgressAction(wire) => actions::progress(&mut at.field("progress_action"), wire).map(Into::into),
        Asked::BlockAction(wire) => actions::block(&mut at.field("block_action"), wire).map(Into::into),
        Asked::CompleteAction(wire) => actions::complete(&mut at.field("complete_action"), wire).map(Into::into),
        Asked::CancelAction(wire) => actions::cancel(&mut at.field("cancel_action"), wire).map(Into::into),
        Asked::RecordRecommendation(wire) => {
            decisions::recommend(&mut at.field("record_recommendation"), wire).map(Into::into)
        }
        Asked::MakeDecision(wire) => decisions::decide(&mut at.field("make_decision"), wire).map(Into::into),
        Asked::CallMeeting(wire) => meetings::call(&mut at.field("call_meeting"), wire).map(Into::into),
        Asked::AttendMeeting(wire) => meetings::attend(&mut at.field("attend_meeting"), wire).map(Into::into),
        Asked::HoldMeeting(wire) => meetings::hold(&mut at.field("hold_meeting"), wire).map(Into::into),
        Asked::MinuteMeeting(wire) => meetings::minute(&mut at.field("minute_meeting"), wire).map(Into::into),
        Asked::DraftCommunication(wire) => {
            communications::draft(&mut at.field("draft_communication"), wire).map(Into::into)
        }
        Asked::ApproveCommunication(wire) => {
            communications::approve(&mut at.field("approve_communication"), wire).map(Into::into)
        }
        Asked::IssueCommunication(wire) => {
            communications::issue(&mut at.field("issue_communication"), wire).map(Into::into)
        }
        Asked::PlaceRestriction(wire) => restrictions::place(&mut at.field("place_restriction"), wire).map(Into::into),
        Asked::LiftRestriction(wire) => restrictions::lift(&mut at.field("lift_restriction"), wire).map(Into::into),
        Asked::MakeOffer(wire) => offers::offer(&mut at.field("make_offer"), wire).map(Into::into),
        Asked::TakeOffer(wire) => offers::take(&mut at.field("take_offer"), wire).map(Into::into),
        Asked::ReleaseOffer(wire) => offers::release(&mut at.field("release_offer"), wire).map(Into::into),
        Asked::WithdrawOffer(wire) => offers::withdraw(&mut at.field("withdraw_offer"), wire).map(Into::into),
        Asked::AdoptProposal(wire) => advising::adopt(&mut at.field("adopt_proposal"), wire).map(Into::into),
        Asked::DeclineProposal(wire) => advising::decline(&mut at.field("decline_proposal"), wire).map(Into::into),
        Asked::OverrideGate(wire) => advising::override_gate(&mut at.field("override_gate"), wire).map(Into::into),
        Asked::SetStandingDecision(wire) => {
            advising::set_standing(&mut at.field("set_standing_decision"), wire).map(Into::into)
        }
        Asked::EndStandingDecision(wire) => {
            advising::end_standing(&mut at.field("end_standing_decision"), wire).map(Into::into)
        }
        Asked::RaiseEscalation(wire) => escalation::raise(&mut at.field("raise_escalation"), wire).map(Into::into),
        Asked::AcknowledgeEscalation(wire) => {
            escalation::acknowledge(&mut at.field("acknowledge_escalation"), wire).map(Into::into)
        }
        Asked::StepDownEscalation(wire) => {
            escalation::step_down(&mut at.field("step_down_escalation"), wire).map(Into::into)
        }
        Asked::RecordLesson(wire) => review::record_lesson(&mut at.field("record_lesson"), wire).map(Into::into),
        Asked::ScheduleWellbeingCheck(wire) => {
            review::schedule_wellbeing(&mut at.field("schedule_wellbeing_check"), wire).map(Into::into)
        }
        Asked::CompleteWellbeingCheck(wire) => {
            review::complete_wellbeing(&mut at.field("complete_wellbeing_check"), wire).map(Into::into)
        }
        Asked::IssueSituationReport(wire) => {
            review::issue_report(&mut at.field("issue_situation_report"), wire).map(Into::into)
        }
        Asked::Share(wire) => sharing::share(&mut at.field("share"), wire).map(Into::into),
        Asked::ReviewShare(wire) => sharing::review_share(&mut at.field("review_share"), wire).map(Into::into),
        Asked::EndShare(wire) => sharing::end_share(&mut at.field("end_share"), wire).map(Into::into),
        Asked::BreakGlass(wire) => sharing::break_glass(&mut at.field("break_glass"), wire).map(Into::into),
        Asked::CloseGlass(wire) => sharing::close_glass(&mut at.field("close_glass"), wire).map(Into::into),
        Asked::ReviewGlass(wire) => sharing::review_glass(&mut at.field("review_glass"), wire).map(Into::into),
    }
}
