//! From one level to another: what is asked, and what is laid before an office.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Citation, FactValue, Finding, IncidentKind, Office, OptionSet, ProposedAction,
    Question, Service, Situation,
};

use super::moves::{self, Direction};
use super::{about, fact_key, fresh_answer, next_turn};
use crate::table::{LevelRow, QuestionRow, Tables, Titled};

/// A service of which no level stands on the record: it is asked about, never guessed.
pub(super) fn not_set(situation: &Situation, tables: &Tables, service: &Service, advice: &mut Advice) {
    let table = &tables.movement;
    let row = &table.question.level;
    let answered = situation.fact(&fact_key(service, &row.fact)).and_then(|fact| match fact.value {
        FactValue::Number(number) => tables.levels.iter().find(|level| i64::from(level.level) == number),
        FactValue::Answer(_) | FactValue::Text(_) | FactValue::At(_) => None,
    });
    match answered {
        Some(level) => {
            let row = &table.put_on_record;
            let title = format!("{}: level {}", about(&row.title, service), level.level);
            let action = ProposedAction::new(key(row, service), title, AgencyKind::Council, cites(row));
            advice.actions.push(action);
        }
        None => {
            let unknown = &table.not_set;
            let title = about(&unknown.title, service);
            let finding = Finding::new(key(unknown, service), &service.id, Answer::Unknown, title, cites(unknown));
            advice.findings.push(finding.because("The level is asked for, not guessed"));
            advice.questions.push(ask(service, row, &described(&tables.levels)));
        }
    }
}

/// What moves a service from its level. Answers count when they are younger than the last decision on the level.
pub(super) fn from(situation: &Situation, tables: &Tables, service: &Service, level: u8, advice: &mut Advice) {
    let table = &tables.movement;
    if let Some(decided) = moves::pending(situation, service, level) {
        let row = &table.put_on_record;
        let to = decided.to.unwrap_or(level);
        let title = format!("{}: level {to}", about(&row.title, service));
        let key = format!("{}/D{}", key(row, service), decided.number);
        advice.actions.push(ProposedAction::new(key, title, AgencyKind::Council, cites(row)));
        return;
    }
    let since = moves::of(situation, service).map(|decided| decided.at).max();
    let known = |row: &QuestionRow| fresh_answer(situation, &fact_key(service, &row.fact), since);
    let continues = known(&table.question.concerns_continue);
    let improved = known(&table.question.sustained_improvement);
    let is_asked = situation.kind == IncidentKind::QualityConcern;
    if is_asked && continues == Answer::Unknown {
        advice.questions.push(ask(service, &table.question.concerns_continue, ""));
    }
    if is_asked && level > 1 && improved == Answer::Unknown && continues != Answer::Yes {
        advice.questions.push(ask(service, &table.question.sustained_improvement, ""));
    }
    match (continues, improved) {
        (Answer::Yes, Answer::Yes) if level > 1 => {
            let row = &table.contradiction;
            let title = about(&row.title, service);
            let finding = Finding::new(key(row, service), &service.id, Answer::No, title, cites(row));
            advice.findings.push(finding.because("Concerns that continue and sustained improvement: both cannot be"));
        }
        (Answer::No | Answer::Unknown, Answer::Yes) if level > 1 => {
            advice.options.push(choice_of_level(situation, tables, service, level, Direction::Lower));
        }
        (Answer::Yes, _) if level < 4 => {
            advice.options.push(choice_of_level(situation, tables, service, level, Direction::Raise));
        }
        (Answer::Yes, _) if level == 4 && is_asked => {
            let row = &table.highest;
            let title = about(&row.title, service);
            advice.actions.push(ProposedAction::new(key(row, service), title, AgencyKind::Council, cites(row)));
        }
        (Answer::Yes | Answer::No | Answer::Unknown, _) => (),
    }
}

/// The levels on that side, the nearest first, and holding the one there is.
fn choice_of_level(
    situation: &Situation,
    tables: &Tables,
    service: &Service,
    level: u8,
    direction: Direction,
) -> OptionSet {
    let row = match direction {
        Direction::Raise => &tables.movement.raise,
        Direction::Lower => &tables.movement.lower,
    };
    let question = format!("{} from {level}?", about(&row.title, service));
    let key = next_turn(situation, &direction.key(level, service));
    let options = OptionSet::new(key, question, Office::HeadOfCommissioningAndQuality, cites(row));
    let mut reachable: Vec<&LevelRow> = tables.levels.iter().filter(|to| direction.leads(level, to.level)).collect();
    reachable.sort_by_key(|to| to.level.abs_diff(level));
    let options = reachable.into_iter().fold(options, |options, to| {
        let to_key = format!("level-{}", to.level);
        options.choice(to_key, direction.title(to.level), Answer::Unknown, vec![to.title.clone()])
    });
    let held = tables.levels.iter().filter(|held| held.level == level).map(|held| held.title.clone());
    options.choice("hold", moves::hold(level), Answer::Unknown, held.collect())
}

fn ask(service: &Service, row: &QuestionRow, more: &str) -> Question {
    let asks = format!("{}?{more}", about(&row.asks, service));
    Question::new(fact_key(service, &row.fact), asks, row.of, row.cites.iter().cloned())
}

fn described(levels: &[LevelRow]) -> String {
    let levels: Vec<String> = levels.iter().map(|level| format!("{}: {}", level.level, level.title)).collect();
    format!(" Answer with its number. {}", levels.join("; "))
}

fn key(row: &Titled, service: &Service) -> String {
    format!("{}/{}", row.key, service.id)
}

fn cites(row: &Titled) -> impl Iterator<Item = Citation> + '_ {
    row.cites.iter().cloned()
}
