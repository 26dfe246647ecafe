//! The region: one picture over the incidents of a large failure, in counts only.
//!
//! A picture has no field that could hold a name, a title or any text that a person wrote, and no count
//! of people that would single one out. It restates no local plan (Plan section 8).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::advice::Answer;
use crate::deadline::{ClockState, Deadline};
use crate::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use crate::incident::Incident;
use crate::incident::clocks::Clock;
use crate::incident::lifecycle::{Link, Relation};
use crate::situation::{CareStatus, IncidentKind, OfferKind, Phase};
use crate::time::Instant;

/// The smallest count of people that is told more closely than "some".
const SMALLEST: u32 = 5;

/// A count of people as a region, or a rule set that is not shown people, may know it: a range, so that nobody is singled out.
///
/// None is told as none. One to four are told as one to four. From five on the range is that of the
/// nearest five, for a single incident and for all together, so that the one cannot be had by taking
/// away the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeopleCount {
    /// There are at least so many.
    pub at_least: u32,
    /// There are at most so many.
    pub at_most: u32,
}

impl PeopleCount {
    /// What may be told of a count.
    pub fn of(count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX.saturating_sub(SMALLEST));
        if count == 0 {
            return Self::default();
        }
        if count < SMALLEST {
            return Self { at_least: 1, at_most: SMALLEST.saturating_sub(1) };
        }
        let nearest = count.saturating_add(2) / SMALLEST * SMALLEST;
        Self { at_least: nearest.saturating_sub(2).max(SMALLEST), at_most: nearest.saturating_add(2) }
    }
}

/// Counts of people and beds, of one incident or of all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// People on the list.
    pub people: PeopleCount,
    /// Of them, those with nowhere to go yet.
    pub not_yet_placed: PeopleCount,
    /// Of them, those who have moved.
    pub moved: PeopleCount,
    /// Beds offered and not withdrawn.
    pub beds_offered: u32,
    /// Of them, those taken. A bed is taken for a person.
    pub beds_taken: PeopleCount,
}

/// The true counts, which do not leave this module.
#[derive(Debug, Clone, Copy, Default)]
struct Exact {
    people: usize,
    not_yet_placed: usize,
    moved: usize,
    beds_offered: u32,
    beds_taken: u32,
}

impl Exact {
    fn of(incident: &Incident) -> Self {
        let people = &incident.people;
        let moved = [CareStatus::Moved, CareStatus::FollowedUp].map(|status| people.count(status));
        let beds = || incident.offers.list.iter().filter(|offer| offer.kind == OfferKind::Bed && !offer.withdrawn);
        Self {
            people: people.list.len(),
            not_yet_placed: people.not_yet_placed(),
            moved: moved.into_iter().sum(),
            beds_offered: beds().map(|offer| offer.quantity).fold(0, u32::saturating_add),
            beds_taken: beds().map(|offer| offer.taken).fold(0, u32::saturating_add),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            people: self.people.saturating_add(other.people),
            not_yet_placed: self.not_yet_placed.saturating_add(other.not_yet_placed),
            moved: self.moved.saturating_add(other.moved),
            beds_offered: self.beds_offered.saturating_add(other.beds_offered),
            beds_taken: self.beds_taken.saturating_add(other.beds_taken),
        }
    }

    fn told(self) -> Counts {
        Counts {
            people: PeopleCount::of(self.people),
            not_yet_placed: PeopleCount::of(self.not_yet_placed),
            moved: PeopleCount::of(self.moved),
            beds_offered: self.beds_offered,
            beds_taken: PeopleCount::of(usize::try_from(self.beds_taken).unwrap_or(usize::MAX)),
        }
    }
}

/// A clock of a member that still runs, stands still or is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalClock {
    /// Which.
    pub clock: Clock,
    /// By when.
    pub due: Instant,
    /// Where it stands.
    pub state: ClockState,
    /// Whole hours left; below zero when its moment is past.
    pub hours_left: i64,
}

/// A duty as a rule set finds it: a finding whose key ends in `/engaged`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyFound {
    /// The rule set.
    pub rule_set: RuleSetId,
    /// The key of its finding (`s48/engaged`).
    pub key: String,
    /// Whether it is engaged.
    pub engaged: Answer,
}

/// One incident of the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The incident.
    pub incident: IncidentId,
    /// The agency that leads it.
    pub authority: AgencyId,
    /// How far it has come.
    pub phase: Phase,
    /// The last entry that this speaks of.
    pub as_of: Seq,
    /// What is counted.
    pub counts: Counts,
    /// Its clocks, the tightest first; those that are met are left out.
    pub clocks: Vec<RegionalClock>,
    /// Duties found engaged, not engaged or not yet determinable.
    pub duties: Vec<DutyFound>,
    /// Findings on which two of its rule sets say the contrary.
    pub disagreements: u32,
    /// Actions whose time is past, by the agency that owns them.
    pub overdue: BTreeMap<AgencyId, u32>,
}

/// One picture over all members of a regional incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The regional incident.
    pub region: IncidentId,
    /// The moment for which its clocks are worked out.
    pub at: Instant,
    /// What is counted in all members together.
    pub counts: Counts,
    /// Members in which a duty is engaged, by its key.
    pub duties_engaged: BTreeMap<String, u32>,
    /// Disagreements in all members together.
    pub disagreements: u32,
    /// Actions whose time is past in all members together, by the agency that owns them.
    pub overdue: BTreeMap<AgencyId, u32>,
    /// The members, the one whose clock is tightest first.
    pub members: Vec<Member>,
    /// Links to members that their own records do not confirm.
    pub unconfirmed: u32,
}

impl Incident {
    /// Whether this incident is a member of that region, by its own record: a region cannot draw one in by itself,
    /// and a rehearsal is never a member of a real one.
    pub fn is_member_of(&self, region: &Self) -> bool {
        let says_so = |link: &Link| link.incident == region.id && link.relation == Relation::MemberOf;
        self.lifecycle.opening.exercise == region.lifecycle.opening.exercise && self.lifecycle.links.iter().any(says_so)
    }

    /// The incidents that this regional one has as its members, confirmed by them or not; none where it is no regional one.
    pub fn member_ids(&self) -> impl Iterator<Item = &IncidentId> {
        let is_regional = self.lifecycle.opening.kind == IncidentKind::Regional;
        let members = self.lifecycle.links.iter().filter(move |link| is_regional && link.relation == Relation::Member);
        members.map(|link| &link.incident)
    }

    /// The picture over the members, of which `linked` holds those that could be read.
    pub fn picture<'a>(&self, linked: impl IntoIterator<Item = &'a Self>, at: Instant) -> Picture {
        let mut exact = Exact::default();
        let mut members = Vec::new();
        for member in linked.into_iter().filter(|member| member.is_member_of(self)) {
            exact = exact.and(Exact::of(member));
            members.push(member.as_member(at));
        }
        let due = |member: &Member| member.clocks.first().map(|clock| clock.due);
        members.sort_by_key(|member| (due(member).is_none(), due(member), member.incident.clone()));
        let mut duties_engaged = BTreeMap::new();
        let mut overdue = BTreeMap::new();
        for member in &members {
            for duty in member.duties.iter().filter(|duty| duty.engaged == Answer::Yes) {
                count(&mut duties_engaged, &duty.key, 1);
            }
            member.overdue.iter().for_each(|(agency, actions)| count(&mut overdue, agency, *actions));
        }
        let unconfirmed = self.member_ids().count().saturating_sub(members.len());
        Picture {
            region: self.id.clone(),
            at,
            counts: exact.told(),
            duties_engaged,
            disagreements: members.iter().map(|member| member.disagreements).fold(0, u32::saturating_add),
            overdue,
            members,
            unconfirmed: u32::try_from(unconfirmed).unwrap_or(u32::MAX),
        }
    }

    fn as_member(&self, at: Instant) -> Member {
        let mut overdue = BTreeMap::new();
        for action in self.actions.overdue(at) {
            count(&mut overdue, &action.owner, 1);
        }
        let is_open = |deadline: &Deadline| deadline.state != ClockState::Met;
        let clocks = self.deadlines(at).into_iter().filter(is_open);
        Member {
            incident: self.id.clone(),
            authority: self.lifecycle.lead.clone(),
            phase: self.lifecycle.phase,
            as_of: self.seq,
            counts: Exact::of(self).told(),
            clocks: clocks.filter_map(|deadline| regional_clock(&deadline, at)).collect(),
            duties: self.duties(),
            disagreements: u32::try_from(self.advising.disagreements().len()).unwrap_or(u32::MAX),
            overdue,
        }
    }

    fn duties(&self) -> Vec<DutyFound> {
        let open = self.advising.open();
        let findings = open.filter_map(|proposal| Some((&proposal.rule_set, proposal.item.finding()?)));
        let duties = findings.filter(|(_, finding)| finding.key.ends_with("/engaged"));
        let duties = duties.map(|(rule_set, finding)| DutyFound {
            rule_set: rule_set.clone(),
            key: finding.key.clone(),
            engaged: finding.verdict,
        });
        duties.collect()
    }
}

/// A clock of the incident itself: those of single actions and people are left to the local plan.
fn regional_clock(deadline: &Deadline, at: Instant) -> Option<RegionalClock> {
    let clock = deadline.key.parse().ok()?;
    let left = deadline.due.signed_duration_since(at);
    let hours_left = left.num_seconds().div_euclid(3600);
    Some(RegionalClock { clock, due: deadline.due, state: deadline.state, hours_left })
}

fn count<K: Ord + Clone>(counts: &mut BTreeMap<K, u32>, key: &K, more: u32) {
    let known = counts.entry(key.clone()).or_default();
    *known = known.saturating_add(more);
}

#[cfg(test)]
mod tests;
