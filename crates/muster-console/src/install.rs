//! A proposal to install a rule set, read before it is decided: who asks for what and why, what it would see and say, and
//! what it would change on an incident of the agency's own.

use askama::Template;
use muster_record::installing::{Install, Use};
use muster_record::situation::Grants;

use crate::frame::{Area, Frame};
use crate::rule_set::Trial;
use crate::rule_sets::{Proposed, granted};

/// What a page of a proposal is drawn from.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// The proposal.
    pub install: &'a Install,
    /// The version that would be replaced, with its grants; none where there is none.
    pub before: Option<(String, Grants)>,
    /// The open incidents that the agency leads and the viewer sees, on which it may be tried: id and title.
    pub incidents: &'a [(String, String)],
    /// What it would say of one of them.
    pub trial: Option<&'a Trial>,
    /// Whether the viewer may decide at all.
    pub may_install: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "install.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one thing stands on the page")]
pub struct InstallPage {
    frame: Frame,
    one: Proposed,
    shown: String,
    gives: String,
    before: Option<(String, String, String)>,
    incidents: Vec<(String, String)>,
    trial: Option<Trial>,
    waits: bool,
    own: bool,
    may_install: bool,
    /// Whether there is anything to be tried: what is taken away says nothing.
    tries: bool,
    follows: &'static str,
}

impl InstallPage {
    /// The page of a proposal, as somebody of its agency reads it.
    pub fn new(frame: Frame, of: &Proposal<'_>) -> Self {
        let Proposal { install, before, incidents, trial, may_install } = of;
        let one = Proposed::of(install);
        let person = frame.who.as_ref().map(|who| who.person.as_str());
        let (shown, gives) = granted(&install.terms.grants);
        Self {
            own: install.by.person.as_deref() == person,
            frame: Frame {
                area: Area::RuleSets,
                ..frame.titled(&format!("Proposal {}: {}", one.number, one.name), false)
            },
            shown,
            gives,
            before: before.as_ref().map(|(version, grants)| {
                let (shown, gives) = granted(grants);
                (version.clone(), shown, gives)
            }),
            incidents: incidents.to_vec(),
            trial: (*trial).cloned(),
            waits: install.decided.is_none(),
            may_install: *may_install,
            tries: matches!(install.terms.used, Use::InUse | Use::Shadow),
            follows: follows(install.terms.used),
            one,
        }
    }
}

/// What happens when it is approved.
fn follows(used: Use) -> &'static str {
    match used {
        Use::InUse => {
            "Incidents that your agency opens from then on use it. Open ones keep the version they have until your agency moves them, one at a time."
        }
        Use::OutOfUse => {
            "New incidents go without it. Those that have it say so once; what it said stands, and it is asked no more."
        }
        Use::Shadow => {
            "It looks at the open incidents that your agency leads, and what it would say is counted. Nothing of it is on a record, and the version in use stays in use."
        }
        Use::ShadowOver => "It looks on no more. The version in use stays in use.",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use muster_record::entry::Hash;
    use muster_record::installing::{Decided, Outcome, Terms, Who as Hand};
    use muster_record::time::Instant;

    use super::*;
    use crate::{Differs, RuleSetsPage, Who, html};

    fn install(used: Use) -> Install {
        Install {
            number: 7,
            agency: "e08000026".parse().unwrap(),
            rule_set: "our-matrix".parse().unwrap(),
            version: "1.2.0".to_owned(),
            component: Hash::of(b"ours"),
            at: Instant::default(),
            by: Hand { person: Some("one".to_owned()), system: String::new() },
            because: "the <board> agreed".to_owned(),
            terms: Terms { grants: Grants::everything(), used },
            decided: None,
        }
    }

    fn read(by: &str, install: &Install, may_install: bool) -> String {
        let who = Who {
            agency: "e08000026".parse().unwrap(),
            title: "Council".to_owned(),
            person: by.to_owned(),
            offices: BTreeSet::new(),
            may_write: false,
        };
        let said = Ok(Differs { added: vec![("action".to_owned(), "telephone".to_owned())], ..Differs::default() });
        let trial = Trial { incident: "1".to_owned(), title: "Rosebank".to_owned(), seq: 9, said };
        let incidents = [("1".to_owned(), "Rosebank".to_owned())];
        let of = Proposal { install, before: None, incidents: &incidents, trial: Some(&trial), may_install };
        html(&InstallPage::new(Frame::of("/exercises/x", who), &of)).unwrap()
    }

    #[test]
    fn whoever_proposed_it_reads_it_and_another_decides() {
        let (waits, approve) = (install(Use::InUse), "action=\"/exercises/x/rule-sets/proposals/7/approve\"");
        let (own, other, without) = (read("one", &waits, true), read("two", &waits, true), read("two", &waits, false));
        assert!(!own.contains(approve) && own.contains("somebody else of your agency"), "{own}");
        assert!(other.contains(approve) && other.contains("telephone") && other.contains("the &#60;board&#62; agreed"));
        assert!(!without.contains(approve) && !without.contains("/withdraw\"") && !without.contains("telephone"));
        // The digest of the approver's own file is typed: the form does not bring it along.
        assert!(!other.contains(&format!("value=\"{}\"", waits.component)));
    }

    #[test]
    fn what_takes_something_away_has_nothing_to_try_and_what_is_decided_nothing_to_decide() {
        let out = read("two", &install(Use::OutOfUse), true);
        assert!(!out.contains("What it would change") && out.contains("it is asked no more"), "{out}");
        let by = Hand { person: Some("two".to_owned()), system: String::new() };
        let decided = Some(Decided { outcome: Outcome::Approved, at: Instant::default(), by });
        let done = Install { decided, ..install(Use::InUse) };
        let told = read("two", &done, true);
        assert!(told.contains("by two on ") && !told.contains("<form method=\"post\" action=\"/exercises"), "{told}");
        let all = html(&RuleSetsPage::new(Frame::plain(""), &[(done, true)], &[], None)).unwrap();
        assert!(all.contains("Nothing of your agency waits.") && all.contains("No rule set is installed"), "{all}");
    }
}
