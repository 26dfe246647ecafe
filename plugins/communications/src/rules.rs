//! Who speaks, what is asked and done, and the drafts.

#[cfg(test)]
mod tests;

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Draft, Finding, IncidentKind, Phase, ProposedAction, Question, ServiceKind, Situation,
};

use crate::Settings;
use crate::fill::fill;
use crate::table::{ActionRow, DraftRow, FindingRow, QuestionRow, Tables, When};

/// The fact that says whether the provider can write and meet.
pub(crate) const CAN_COMMUNICATE: &str = "provider/can-communicate";
/// The fact that says whether a large-scale safeguarding investigation was considered.
pub(crate) const CONSIDERED: &str = "safeguarding/large-scale-considered";

/// The option set that asks whether such an investigation is required: its rule set and key.
const DECIDED: &str = "mitigation-scope/council/initial/7";

/// The whole of the advice. It is the same whoever uses the service, and however many.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let provider_can = situation.answer(CAN_COMMUNICATE);
    let holds = |when| holds(situation, provider_can, when);
    let findings = tables.findings.iter().filter(|row| holds(row.when));
    let questions = tables.questions.iter().filter(|row| holds(row.when));
    let open = questions.filter(|row| known(situation, row.fact()) == Answer::Unknown);
    let actions = tables.actions.iter().filter(|row| holds(row.when));
    let drafts = tables.drafts.iter().filter(|row| holds(row.when));
    Advice {
        findings: findings.map(|row| finding(situation, provider_can, row)).collect(),
        questions: open.map(ask).collect(),
        actions: actions.flat_map(of_row).collect(),
        drafts: drafts.map(|row| draft(situation, provider_can, row, settings)).collect(),
        ..Advice::default()
    }
}

fn holds(situation: &Situation, provider_can: Answer, when: When) -> bool {
    let is_now = match situation.phase {
        Phase::Assessing | Phase::Responding => true,
        Phase::Concern | Phase::Recovering | Phase::Closed => false,
    };
    let is_failing = match situation.kind {
        IncidentKind::ProviderFailure => true,
        IncidentKind::Outbreak => false,
        IncidentKind::QualityConcern | IncidentKind::Regional => return false,
    };
    is_now
        && match when {
            When::Either => true,
            When::Failing => is_failing,
            When::FailingWithoutProtocol => is_failing && !has_protocol_letter(situation),
            When::Outbreak => !is_failing,
            When::CouncilSpeaks => provider_can == Answer::No,
            When::ProviderLeads => is_failing && provider_can == Answer::Yes,
            When::OthersLead => is_failing && provider_can == Answer::No,
            When::NotConsidered => is_failing && known(situation, CONSIDERED) != Answer::Yes,
        }
}

/// The answer to a fact; that the investigation was considered is also known by a decision on it.
fn known(situation: &Situation, fact: &str) -> Answer {
    let is_decided = situation.decisions.iter().any(|decision| decision.question.as_deref() == Some(DECIDED));
    if fact == CONSIDERED && is_decided { Answer::Yes } else { situation.answer(fact) }
}

/// The emergency closure has a letter for services that people live in or are visited by, and while no service is recorded.
fn has_protocol_letter(situation: &Situation) -> bool {
    situation.services.is_empty()
        || situation.services.iter().any(|service| match service.kind {
            ServiceKind::Residential
            | ServiceKind::Nursing
            | ServiceKind::HousingWithCare
            | ServiceKind::SupportedLiving
            | ServiceKind::HomeSupport => true,
            ServiceKind::DayService
            | ServiceKind::CommunityMeals
            | ServiceKind::Sheltered
            | ServiceKind::ThirdSector => false,
        })
}

fn finding(situation: &Situation, provider_can: Answer, row: &FindingRow) -> Finding {
    let mut finding = Finding::new(&row.key, "communications", provider_can, &row.title, row.cites.iter().cloned());
    finding.because.extend(situation.fact(CAN_COMMUNICATE).map(ToString::to_string));
    match provider_can {
        Answer::No => finding.because(&row.no),
        Answer::Yes => finding,
        Answer::Unknown => finding.because("It is not known whether the provider can: it is asked"),
    }
}

fn ask(row: &QuestionRow) -> Question {
    Question::new(row.fact(), &row.asks, row.of, row.cites.iter().cloned())
}

fn of_row(row: &ActionRow) -> impl Iterator<Item = ProposedAction> + '_ {
    let is_shared = row.leads.len() > 1;
    row.leads.iter().map(move |(lead, title)| {
        let key = if is_shared { format!("{}/{lead}", row.key) } else { row.key.clone() };
        ProposedAction::new(key, title, *lead, row.cites.iter().cloned())
    })
}

/// The council approves every text, whoever sends it.
fn draft(situation: &Situation, provider_can: Answer, row: &DraftRow, settings: &Settings) -> Draft {
    let text = settings.texts.get(&row.text).unwrap_or(&row.body);
    let service = services(situation);
    let (sender, leads) = match provider_can {
        Answer::Yes => ("the provider", "the provider"),
        Answer::No => ("the council", "the council and the health commissioner, together"),
        Answer::Unknown => (
            "[the provider if possible, otherwise the council]",
            "[the provider if possible, otherwise the council and the health commissioner]",
        ),
    };
    let body = fill(text, |name| match name {
        "title" => Some(&situation.title),
        "service" => Some(&service),
        "sender" => Some(sender),
        "led-by" => Some(leads),
        _ => None,
    });
    Draft::new(&row.key, &row.audience, &row.title, body, AgencyKind::Council, row.cites.iter().cloned())
}

/// The kinds of service in words, each once, in the order of the record.
fn services(situation: &Situation) -> String {
    let mut words: Vec<&str> = Vec::new();
    for service in &situation.services {
        let word = in_words(service.kind);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [] => "service".to_owned(),
        words => words.join(" and "),
    }
}

fn in_words(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Residential => "residential care home",
        ServiceKind::Nursing => "nursing home",
        ServiceKind::HousingWithCare => "housing with care",
        ServiceKind::HomeSupport => "home support service",
        ServiceKind::SupportedLiving => "supported living service",
        ServiceKind::DayService => "day service",
        ServiceKind::CommunityMeals => "community meals service",
        ServiceKind::Sheltered => "sheltered housing",
        ServiceKind::ThirdSector => "voluntary sector service",
    }
}
