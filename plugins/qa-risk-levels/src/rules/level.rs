//! What a level calls for: its description, who holds it, oversight, support and contractual options.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Draft, Finding, Instant, OptionSet, ProposedAction, Service, Situation,
};

use super::{about, decided_on, moves, next_turn};
use crate::Settings;
use crate::table::{Decides, Letter, LetterSetting, LevelRow, OptionsRow, Tables};

/// All that Table One says of a service at this level.
pub(super) fn at(
    situation: &Situation,
    tables: &Tables,
    settings: &Settings,
    service: &Service,
    number: u8,
    advice: &mut Advice,
) {
    // Back at a level, what it calls for is called for again, although it was adopted and done before.
    let place = match moves::stay(situation, service, number) {
        1 => service.id.clone(),
        stay => format!("{}/again-{stay}", service.id),
    };
    for row in tables.levels.iter().filter(|row| row.level == number) {
        advice.findings.push(finding(row, &place, &format!("Level {number}: {}", about(&row.title, service)), service));
    }
    for row in tables.measures.iter().filter(|row| row.level == number) {
        let key = format!("{}/{place}", row.key);
        let action = ProposedAction::new(key, about(&row.title, service), row.owner, row.cites.iter().cloned());
        advice.actions.push(ProposedAction { because: row.because.clone(), ..action });
    }
    for row in tables.contractual.not_applicable.iter().filter(|row| row.level == number) {
        advice.findings.push(finding(row, &place, &about(&row.title, service), service));
    }
    for row in tables.contractual.options.iter().filter(|row| row.level == number) {
        for decides in &row.office {
            let key = format!("{}/{}/{place}", row.key, decides.of);
            advice.options.extend(options(situation, row, decides, service, &key));
            advice.drafts.extend(drafts(situation, &tables.letters, settings, service, &key));
        }
    }
}

fn finding(row: &LevelRow, place: &str, title: &str, service: &Service) -> Finding {
    let key = format!("{}/{place}", row.key);
    let finding = Finding::new(key, &service.id, Answer::Yes, title, row.cites.iter().cloned());
    Finding { because: row.because.clone(), ..finding }
}

/// The options of one office. Once it has decided they are put to it again when a panel recommends anew.
fn options(
    situation: &Situation,
    row: &OptionsRow,
    decides: &Decides,
    service: &Service,
    key: &str,
) -> Option<OptionSet> {
    let decided_at = decided_on(situation, key).map(|decision| decision.at).max();
    if decided_at.is_some_and(|decided| !is_recommended_after(situation, decides, decided)) {
        return None;
    }
    let question = match row.office.len() {
        1 => about(&row.question, service),
        _ => {
            let of = decides.of.to_string().replace('-', " ");
            format!("{} ({}; contracts of the {of})", row.question, service.id)
        }
    };
    let options = OptionSet::new(next_turn(situation, key), question, decides.office, row.cites.iter().cloned());
    Some(row.choice.iter().fold(options, |options, choice| {
        options.choice(&choice.key, &choice.title, Answer::Unknown, choice.because.clone())
    }))
}

fn is_recommended_after(situation: &Situation, decides: &Decides, decided: Instant) -> bool {
    situation.recommendations.iter().any(|made| made.at > decided && made.to.contains(&decides.office))
}

/// The letters that the office's latest decision chose; nothing is drafted before it.
fn drafts(situation: &Situation, letters: &[Letter], settings: &Settings, service: &Service, key: &str) -> Vec<Draft> {
    let Some(latest) = decided_on(situation, key).max_by_key(|decision| decision.number) else { return Vec::new() };
    let chosen = letters.iter().filter(|letter| letter.chosen.contains(&latest.chosen));
    chosen
        .map(|letter| {
            let own = match letter.setting {
                LetterSetting::NoticeOfConcern => settings.notice_of_concern.as_ref(),
                LetterSetting::PotentialBreach => settings.potential_breach.as_ref(),
            };
            Draft::new(
                format!("{}/{}/{}", letter.key, service.id, latest.number),
                "the provider",
                about(&letter.title, service),
                own.unwrap_or(&letter.body),
                AgencyKind::Council,
                letter.cites.iter().cloned(),
            )
        })
        .collect()
}
