//! Pages of an incident that is played out in memory by the record's own rules.

use std::collections::BTreeSet;

use muster_record::advice::Answer;
use muster_record::agency::{Agency, AgencyKind, Interest, Office};
use muster_record::entry::{Author, Class, Entry, Envelope, Hand, Hash};
use muster_record::ids::CommunicationNo;
use muster_record::incident::lifecycle::{self, Opening};
use muster_record::incident::{communications, offers, participants, people};
use muster_record::situation::{CareStatus, Funder, IncidentKind, Mobility, OfferKind, Phase, Service, ServiceKind};
use muster_record::time::Instant;
use muster_record::{Command, Fact, Incident};

use crate::{Frame, LettersPage, ManagePage, OpenPage, PlacesPage, Typed, Who, html};

fn at() -> Instant {
    "2024-03-04T09:00:00Z".parse().unwrap()
}

fn agency(id: &str, kind: AgencyKind) -> Agency {
    Agency { id: id.parse().unwrap(), kind, title: id.to_uppercase(), successors: Vec::new() }
}

/// An incident, and the entries that made it.
struct Played {
    incident: Incident,
    entries: Vec<Entry>,
}

impl Played {
    fn entry(incident: Option<&Incident>, of: &str, office: Option<Office>, fact: Fact) -> Entry {
        let hand = Hand::Person { person: format!("{of}.manager"), system: None };
        let envelope = Envelope {
            author: Author::by(of.parse().unwrap(), hand).for_office(office),
            occurred_at: at(),
            class: Class::Operational,
            audience: muster_record::entry::Audience::Participants,
            subjects: Vec::new(),
            drawn_from: Vec::new(),
            cause: None,
            gives: None,
        };
        let seq = incident.map_or(muster_record::ids::Seq(1), |incident| muster_record::ids::Seq(incident.seq.0 + 1));
        Entry { incident: "0".repeat(32).parse().unwrap(), seq, recorded_at: at(), envelope, fact }
    }

    /// A home that the council leads, with the health commissioner at the table.
    fn opened() -> Self {
        let service = Service {
            id: "rosebank".parse().unwrap(),
            kind: ServiceKind::Residential,
            national: Answer::No,
            regulated: Answer::Yes,
            authority: "council".parse().unwrap(),
            beds: Some(48),
            brand: None,
            risk_level: None,
        };
        let opening = Opening {
            title: "Rosebank".to_owned(),
            kind: IncidentKind::ProviderFailure,
            failures: Vec::new(),
            services: vec![service],
            region: None,
            notified_at: at(),
            care_stops_at: None,
            exercise: true,
        };
        let first = Self::entry(None, "council", None, lifecycle::open(at(), &opening).unwrap().into());
        let incident = Incident::begin(&first, Hash::of(b"1")).unwrap();
        let mut played = Self { incident, entries: vec![first] };
        for fact in participants::seat_the_lead(&agency("council", AgencyKind::Council)) {
            played.has(fact, "council", None);
        }
        let icb = agency("icb", AgencyKind::HealthCommissioner);
        played.does("council", None, participants::Command::Invite { agency: icb, interest: Interest::Operational });
        played.does("icb", None, participants::Command::Join);
        played.does("council", None, participants::Command::TakeOffice { office: Office::IncidentLead });
        played
    }

    fn has(&mut self, fact: Fact, of: &str, office: Option<Office>) {
        let entry = Self::entry(Some(&self.incident), of, office, fact);
        self.incident.apply(&entry, Hash::of(b"n"));
        self.entries.push(entry);
    }

    fn does(&mut self, of: &str, office: Option<Office>, command: impl Into<Command>) {
        let author = Author::by(of.parse().unwrap(), Hand::System(String::new())).for_office(office);
        for fact in self.incident.decide(at(), &author, at(), &command.into()).unwrap() {
            self.has(fact, of, office);
        }
    }

    fn frame(of: &str) -> Frame {
        let offices = BTreeSet::from([Office::IncidentLead]);
        let person = format!("{of}.manager");
        let who = Who { agency: of.parse().unwrap(), title: of.to_uppercase(), person, offices, may_write: true };
        Frame::of("", who)
    }

    fn letters(&self, of: &str) -> String {
        let page = LettersPage::new(Self::frame(of), &self.incident, &self.entries, &Typed::default(), "r", at());
        html(&page).unwrap()
    }

    fn manage(&self, of: &str) -> String {
        let known = [agency("council", AgencyKind::Council), agency("cqc", AgencyKind::Regulator)];
        html(&ManagePage::new(Self::frame(of), &self.incident, known.iter(), "r", at())).unwrap()
    }

    fn places(&self, of: &str) -> String {
        html(&PlacesPage::new(Self::frame(of), &self.incident, "r", at())).unwrap()
    }
}

#[test]
fn whoever_may_not_approve_a_letter_reads_it_and_is_told_whose_it_is() {
    let mut home = Played::opened();
    let draft = communications::Command::Draft {
        audience: "families".to_owned(),
        title: "What happens now".to_owned(),
        body: "We <will> call you.".to_owned(),
        approved_by: AgencyKind::Council,
    };
    home.does("icb", None, draft);
    let (council, icb) = (home.letters("council"), home.letters("icb"));
    assert!(council.contains("/approve\"") && !council.contains("to approve</span>"));
    assert!(icb.contains("For the council (COUNCIL) to approve") && !icb.contains("/approve\""));
    for page in [&council, &icb] {
        assert!(page.contains("We &#60;will&#62; call you.") && page.contains("Drafted by icb.manager, ICB"));
        assert!(!page.contains("/issue\""), "nobody issues what is not approved");
    }
    home.does("council", None, communications::Command::Approve { communication: CommunicationNo(1) });
    assert!(home.letters("icb").contains("/issue\"") && home.letters("icb").contains("Approved by council.manager"));
}

#[test]
fn a_step_says_in_the_words_of_the_record_what_holds_it_back() {
    let mut home = Played::opened();
    let lead = home.manage("council");
    assert!(lead.contains("Held back: the incident is assessing and cannot become closed."), "{lead}");
    assert!(lead.contains("value=\"responding\"") && lead.contains("value=\"recovering\""));
    assert!(lead.contains("CQC (regulator)") && !lead.contains("COUNCIL (council)"), "who sits is not invited");
    let other = home.manage("icb");
    assert!(other.contains("Changing the phase is held back: only the lead agency may do this."));
    assert!(!other.contains("/phase\"") && !other.contains("/close\""));
    home.does("council", None, lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: "safe".to_owned() });
    assert!(home.manage("council").contains("/close\""));
    home.does("council", Some(Office::IncidentLead), lifecycle::Command::Close { summary: "safe".to_owned() });
    let closed = home.manage("council");
    assert!(closed.contains("/reopen\"") && !closed.contains("/note\"") && !closed.contains("/invite\""));
}

#[test]
fn what_is_short_is_told_by_kind_and_to_nobody_from_whom_people_are_withheld() {
    let mut home = Played::opened();
    let details = people::Details {
        service: "rosebank".parse().unwrap(),
        funder: Funder::SelfFunded,
        placed_by: None,
        mobility: Mobility::Wheelchair,
        needs: Vec::new(),
        needs_known: Answer::Yes,
        stays_with: Vec::new(),
    };
    for _ in 0..3 {
        home.does("council", None, people::Command::Register { details: details.clone() });
    }
    let detail = vec![("wheelchair".to_owned(), "yes".to_owned())];
    home.does("icb", None, offers::Command::Offer { kind: OfferKind::Bed, quantity: 2, as_at: at(), detail });
    let seats = vec![("wheelchair-places".to_owned(), "2".to_owned())];
    home.does(
        "icb",
        None,
        offers::Command::Offer { kind: OfferKind::Vehicle, quantity: 2, as_at: at(), detail: seats },
    );
    let page = home.places("council");
    assert_eq!(page.matches(">1 short<").count(), 2, "any bed, and one with room for a wheelchair");
    assert!(page.contains("Wheelchair place") && page.contains(">Enough<"));
    assert!(!page.contains("/withdraw\"") && home.places("icb").contains("/withdraw\""), "one's own alone");
    home.does(
        "council",
        None,
        offers::Command::Take { offer: muster_record::ids::OfferNo(1), quantity: 2, person: None },
    );
    let placed = |person| people::Command::SetStatus {
        person: muster_record::ids::PersonNo(person),
        to: CareStatus::Placed,
        place: Some("O1".to_owned()),
    };
    home.does("council", None, placed(1));
    assert!(home.places("council").contains(">2 short<"), "two wait, and none is free");
    home.incident.withheld.people = true;
    let withheld = home.places("council");
    assert!(withheld.contains("what is short cannot be told") && !withheld.contains(">2 short<"));
}

#[test]
fn a_form_that_was_refused_stands_again_with_what_was_typed_and_what_is_wrong() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let typed = Typed {
        fields: vec![
            pair("title", "Rose & Co"),
            pair("beds", "many"),
            pair("kind", "outbreak"),
            pair("exercise", "yes"),
        ],
        wrong: vec![pair("beds", "Beds are a whole number")],
    };
    let councils = [agency("council", AgencyKind::Council)];
    let page = html(&OpenPage::new(Played::frame("council"), councils.iter(), true, &typed, "r")).unwrap();
    assert!(page.contains("value=\"Rose &#38; Co\"") && page.contains("value=\"many\""));
    assert!(page.contains("<a href=\"#beds\">Beds are a whole number</a>"));
    assert!(page.contains("value=\"outbreak\" selected") && page.contains("value=\"yes\" checked"));
    let first = html(&OpenPage::new(Played::frame("council"), councils.iter(), false, &Typed::default(), "r")).unwrap();
    assert!(!first.contains("rehearsal"), "exercises are opened elsewhere");
    assert!(first.contains("value=\"provider-failure\" selected") && !first.contains("Nothing was written yet"));
}
