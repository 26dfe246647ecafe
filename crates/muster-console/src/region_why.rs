//! Why a region's numbers are what they are: how each is counted, from which members, and what is left out.

use askama::Template;
use muster_record::region::{Counts, Member};

use crate::frame::{Area, Frame};
use crate::region::Region;
use crate::regions::{hours, range};
use crate::said::plain;
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "region_why.html")]
pub struct RegionWhyPage {
    frame: Frame,
    id: String,
    title: String,
    numbers: Vec<Number>,
    members: Vec<String>,
    unconfirmed: u32,
    withheld: usize,
}

/// One number: how it is counted, and what each member gives to it.
#[derive(Debug)]
struct Number {
    key: &'static str,
    label: &'static str,
    all: String,
    how: &'static str,
    parts: Vec<(String, String)>,
}

const RANGES: &str = "None is told as none, one to four as that, and from five on the range of the nearest five, so that nobody \
                      is singled out. The total is worked out from the true counts and then told as a range, so it is not the sum of the ranges.";

impl RegionWhyPage {
    /// The page over all numbers of a region as somebody is answered them.
    pub fn new(frame: Frame, of: &Region<'_>) -> Self {
        let opening = &of.incident.lifecycle.opening;
        let title = format!("Why these numbers: {}", opening.title);
        let picture = of.picture;
        let each = |told: &dyn Fn(&Member) -> String| -> Vec<(String, String)> {
            picture.members.iter().map(|member| (of.title(&member.authority), told(member))).collect()
        };
        let people = |key, label, how, count: fn(&Counts) -> muster_record::region::PeopleCount| Number {
            key,
            label,
            how,
            all: range(count(&picture.counts)),
            parts: each(&|member| range(count(&member.counts))),
        };
        let named = |member: &Member| {
            let duties = member.duties.iter();
            let told = duties.map(|duty| format!("{} says {}: {}", duty.rule_set, duty.key, duty.engaged.word()));
            let told = told.collect::<Vec<_>>().join("; ");
            if told.is_empty() { "no rule set says".to_owned() } else { told }
        };
        let overdue = |member: &Member| {
            let told = member.overdue.iter().map(|(agency, actions)| format!("{} of {}", actions, of.title(agency)));
            let told = told.collect::<Vec<_>>().join(", ");
            if told.is_empty() { "none".to_owned() } else { told }
        };
        let clocks = |member: &Member| {
            let told = member.clocks.iter();
            let told = told.map(|clock| {
                format!("{}, {} ({})", plain(clock.clock.word()), hours(clock.hours_left), moment(clock.due))
            });
            let told = told.collect::<Vec<_>>().join("; ");
            if told.is_empty() { "none runs".to_owned() } else { told }
        };
        let all = picture.overdue.values().fold(0_u32, |sum, of| sum.saturating_add(*of));
        let numbers = vec![
            people("people", "People", "People on each member's list.", |counts| counts.people),
            people("waiting", "Nowhere to go yet", "Of them, those who have nowhere to go yet.", |counts| {
                counts.not_yet_placed
            }),
            people("moved", "Moved", "Of them, those who have moved, or were followed up after that.", |counts| {
                counts.moved
            }),
            Number {
                key: "beds",
                label: "Beds",
                all: picture.counts.beds_offered.to_string(),
                how: "Beds offered on the members' records and not withdrawn, exactly. A bed is taken for a person, so those taken are told as a range.",
                parts: each(&|member| {
                    format!("{} offered, taken: {}", member.counts.beds_offered, range(member.counts.beds_taken))
                }),
            },
            Number {
                key: "clocks",
                label: "Clocks",
                all: moment(picture.at),
                how: "Worked out from each member's record for this moment, in whole hours. Clocks that are met are left out, and so are those of single actions and people. Late is a clock whose moment is past.",
                parts: each(&clocks),
            },
            Number {
                key: "overdue",
                label: "Overdue",
                all: all.to_string(),
                how: "Actions whose time is past and that are not done, by the agency that owns them. What they are stands on the member's own record.",
                parts: each(&overdue),
            },
            Number {
                key: "duties",
                label: "Duty engaged",
                all: picture.duties_engaged.len().to_string(),
                how: "Members in which a rule set finds a duty engaged. A rule set advises; the member's lead decides.",
                parts: each(&named),
            },
            Number {
                key: "disagreements",
                label: "Rule sets disagree",
                all: picture.disagreements.to_string(),
                how: "Findings on which two rule sets of one member say the contrary. Nothing merges them.",
                parts: each(&|member| member.disagreements.to_string()),
            },
        ];
        let as_of = |member: &Member| format!("{}, as of its entry {}", of.title(&member.authority), member.as_of.0);
        Self {
            id: of.incident.id.to_string(),
            title: opening.title.clone(),
            numbers,
            members: picture.members.iter().map(as_of).collect(),
            unconfirmed: picture.unconfirmed,
            withheld: of.incident.withheld.entries.len(),
            frame: Frame { area: Area::Regions, ..frame.titled(&title, opening.exercise) },
        }
    }

    pub(crate) fn ranges(&self) -> &'static str {
        RANGES
    }
}
