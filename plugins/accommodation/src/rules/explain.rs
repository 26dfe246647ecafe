//! Each person's place and the reasons for it, or the reasons for there being none.

use muster_rule_sdk::{Allocation, Answer, CareStatus, Need, Person};

use super::beds::Bed;
use super::order::word;
use super::people::{Member, Stands};
use super::run::{Came, Outcome};
use super::{Matching, counted, listed};
use crate::dates::uk_day;
use crate::table::{Rule, RuleRow};
use crate::words::Words;

/// What is said of everybody who needs a place, in the order of the rule.
pub(crate) fn allocations(
    matching: &Matching<'_>,
    run: &[Outcome<'_, '_>],
    rule: &RuleRow,
    decision: u32,
) -> Vec<Allocation> {
    let explained = Explained { matching, rule, decision };
    run.iter().flat_map(|outcome| explained.group(outcome)).collect()
}

struct Explained<'m, 'a> {
    matching: &'m Matching<'a>,
    rule: &'m RuleRow,
    decision: u32,
}

impl Explained<'_, '_> {
    fn group(&self, outcome: &Outcome<'_, '_>) -> Vec<Allocation> {
        let mut beds = match &outcome.came {
            Came::Placed { beds, shared: _ } => beds.iter(),
            Came::Settled | Came::Unknown | Came::TooLarge | Came::NoneSuits | Came::NotTogether | Came::NoneLeft => {
                [].iter()
            }
        };
        let ranked = (outcome.rank..).zip(&outcome.ordered.unit.members);
        let waiting = ranked.filter(|(_, member)| member.stands == Stands::Waits);
        waiting.map(|(rank, member)| self.person(outcome, member, rank, beds.next())).collect()
    }

    fn person(&self, outcome: &Outcome<'_, '_>, member: &Member<'_>, rank: u32, bed: Option<&Bed<'_>>) -> Allocation {
        let mut because = vec![self.by_rule(outcome)];
        match bed {
            Some(bed) => because.extend(self.placed(outcome, member, bed)),
            None => because.push(self.not_placed(outcome, member)),
        }
        because.extend(companions(outcome, member));
        Allocation::new(&member.person.ref_, bed.map(|bed| bed.offer.ref_.as_str()), rank, because)
    }

    fn by_rule(&self, outcome: &Outcome<'_, '_>) -> String {
        let ordered = &outcome.ordered;
        let beds = counted(ordered.suiting, "bed", "beds");
        let counts = |need: &&Need| ordered.unit.members.iter().any(|member| member.person.needs.contains(need));
        let needs = listed(self.matching.settings.need_order.iter().filter(counts).map(|need| word(*need)));
        let measure = match (self.rule.id, ordered.unit.size()) {
            (_, _) if ordered.is_unknown => "after everybody else, until more is known".to_owned(),
            (Rule::FewestBeds, _) => format!("{beds} of those offered suit"),
            (Rule::Together, 1) => "stays with nobody".to_owned(),
            (Rule::Together, size) => format!("{size} stay together"),
            (Rule::Needs, _) if needs.is_empty() => "no needs that the rule counts".to_owned(),
            (Rule::Needs, _) => format!("needs {needs}"),
        };
        format!("Order by decision {}, {}: {measure}", self.decision, self.rule.id.word())
    }

    fn placed(&self, outcome: &Outcome<'_, '_>, member: &Member<'_>, bed: &Bed<'_>) -> Vec<String> {
        let offer = &bed.offer.ref_;
        let mut because = Vec::new();
        if member.asks.is_empty() {
            because.push("Asks nothing particular of a bed".to_owned());
        }
        let granted = member.asks.and(bed.yes);
        if !granted.is_empty() {
            because.push(format!("{offer} has {}, which this person needs", self.words(granted)));
        }
        let open = member.asks.without(bed.yes);
        if !open.is_empty() {
            because.push(format!(
                "This person needs {}, and {offer} does not say whether it has that: ask before the move",
                self.words(open)
            ));
        }
        if bed.is_hotel {
            because.push(format!("{offer} is a hotel: no care comes with the bed"));
        }
        because.push(self.area(member.person, bed));
        because.push(self.figure(bed));
        if let Came::Placed { beds: _, shared } = &outcome.came
            && !shared.is_empty()
        {
            because.push(format!("{} share their beds: each is given once", listed(shared.iter().copied())));
        }
        because
    }

    fn area(&self, person: &Person, bed: &Bed<'_>) -> String {
        let offer = &bed.offer.ref_;
        let Some(authority) = bed.authority else {
            return format!("Whose area {offer} is in is not said");
        };
        let lead = &self.matching.situation.authority;
        match (bed.is_near(lead, None), bed.is_near(lead, person.placed_by.as_deref())) {
            (Answer::Yes, _) => format!("{offer} is in the area"),
            (_, Answer::Yes) => format!("{offer} is in the area of {authority}, which placed this person"),
            (_, Answer::No | Answer::Unknown) => format!("{offer} is across the border, in the area of {authority}"),
        }
    }

    fn figure(&self, bed: &Bed<'_>) -> String {
        let day = uk_day(bed.offer.as_of);
        if bed.is_recent {
            return format!("Figure as at {day}");
        }
        let days = counted(u64::from(self.matching.settings.stale_after_days), "day", "days");
        format!("Figure as at {day}, older than {days}: confirm it before relying on it")
    }

    fn not_placed(&self, outcome: &Outcome<'_, '_>, member: &Member<'_>) -> String {
        match &outcome.came {
            Came::Unknown if member.is_known() => {
                let unknown = outcome.ordered.unit.unknown().map(|other| other.person.ref_.as_str());
                format!("Not matched yet: too little is known of {}", listed(unknown))
            }
            Came::Unknown if member.person.needs_known == Answer::Yes => {
                "Not matched yet: how this person travels is not known".to_owned()
            }
            Came::Unknown => "Not matched yet: the needs are not known".to_owned(),
            Came::TooLarge => {
                let most = self.matching.settings.group_at_most;
                format!("Not matched: {} stay together, and more than {most} are for people to look at", outcome.ordered.unit.size())
            }
            Came::NoneSuits => self.none_suits(member),
            Came::NotTogether => {
                "Not matched: no one home on offer suits all who stay together; to place them apart, change with whom they stay".to_owned()
            }
            Came::NoneLeft if outcome.ordered.unit.settled().next().is_some() => {
                "Not matched: no home with a bed taken has one left that suits".to_owned()
            }
            Came::NoneLeft => {
                "Not matched: the beds that suit are taken, or go to people who come before".to_owned()
            }
            // Neither of the two leaves anybody without a bed.
            Came::Settled | Came::Placed { beds: _, shared: _ } => "Not matched".to_owned(),
        }
    }

    /// Which of the things asked for rules out how many offers.
    fn none_suits(&self, member: &Member<'_>) -> String {
        let market = &self.matching.market;
        let offers = market.beds().count();
        if offers == 0 {
            return "Not matched: no bed is offered".to_owned();
        }
        if market.beds().any(|bed| bed.suits(member.asks) != Answer::No) {
            return "Not matched: no bed on offer suits somebody of those who stay together".to_owned();
        }
        let ruled_out = member.asks.rows(&self.matching.tables.words).map(|word| {
            let only = Words::which(&self.matching.tables.words, |row| row.name == word.name);
            let no = market.beds().filter(|bed| bed.suits(only) == Answer::No).count();
            format!("{no} of {offers} offers say no to {}", word.said)
        });
        format!("Not matched: no bed on offer suits; {}", ruled_out.collect::<Vec<_>>().join(", "))
    }

    fn words(&self, words: Words) -> String {
        listed(words.rows(&self.matching.tables.words).map(|word| word.said.as_str()))
    }
}

/// What is said of those with whom the person stays.
fn companions(outcome: &Outcome<'_, '_>, member: &Member<'_>) -> Vec<String> {
    let others: Vec<&Member<'_>> =
        outcome.ordered.unit.members.iter().filter(|other| other.person.ref_ != member.person.ref_).collect();
    let named = |holds: fn(&Member<'_>) -> bool| {
        listed(others.iter().filter(|other| holds(other)).map(|other| other.person.ref_.as_str()))
    };
    let mut because = Vec::new();
    let mut say = |names: String, before: &str, after: &str| {
        if !names.is_empty() {
            because.push(format!("{before}{names}{after}"));
        }
    };
    if let Came::Placed { beds: _, shared: _ } = outcome.came {
        say(named(|other| other.stands == Stands::Waits), "In one home with ", ", to stay together");
    } else {
        say(named(|other| other.stands == Stands::Waits), "Stays with ", "");
    }
    let is_staying = |other: &Member<'_>| other.person.status == CareStatus::Staying;
    say(named(is_staying), "Stays with ", ", who stays in the building: ask what both want");
    say(
        named(|other| other.stands == Stands::Settled && other.person.status != CareStatus::Staying),
        "Stays with ",
        ", who has a place already: check that it is this home",
    );
    say(named(|other| other.stands == Stands::InHospital), "Stays with ", ", who is in hospital: keep a bed in mind");
    because
}
