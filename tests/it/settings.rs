//! Settings: an agency changes those of a rule set, and its open incidents say so and are advised by them.

use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::agency::Office;
use muster_record::ids::ProposalNo;
use muster_record::incident::{advising, lifecycle, participants};
use muster_record::situation::{IncidentKind, Phase};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::home::{COUNCIL, CQC, Home, fresh_request, shipped};
use crate::participant::{Participant, refused};

/// Another council, with settings of its own.
const SOLIHULL: &str = "e08000029";
const CLOSURE: &str = "emergency-closure";

fn home() -> Home {
    Home::with(shipped(&[CLOSURE]))
}

/// A request to change the settings of the emergency closure to these.
fn to(settings: &str) -> v1::ChangeSettingsRequest {
    v1::ChangeSettingsRequest {
        rule_set: CLOSURE.to_owned(),
        settings_json: settings.to_owned(),
        because: "the board asked for it".to_owned(),
        validate_only: false,
        request_id: fresh_request(),
    }
}

/// Settings with this text of the letter.
fn letter(text: &str) -> String {
    format!(r#"{{ "letter": "{text}" }}"#)
}

impl Participant {
    async fn changes(&self, request: v1::ChangeSettingsRequest) -> Result<v1::ChangeSettingsResponse, Status> {
        Ok(self.client.rule_sets.clone().change_settings(request).await?.into_inner())
    }

    async fn in_force(&self) -> v1::GetSettingsResponse {
        let request = v1::GetSettingsRequest { rule_set: CLOSURE.to_owned() };
        self.client.rule_sets.clone().get_settings(request).await.unwrap().into_inner()
    }

    /// What is told of settings that are only looked at.
    async fn checks(&self, settings: &str) -> Vec<String> {
        let request = v1::CheckSettingsRequest { rule_set: CLOSURE.to_owned(), settings_json: settings.to_owned() };
        let answer = self.client.rule_sets.clone().check_settings(request).await.unwrap().into_inner();
        answer.problems.into_iter().map(|found| format!("{}: {}", found.path, found.problem)).collect()
    }

    /// An incident that is advised, and where its agency holds the lead.
    async fn closes(&self, title: &str) -> String {
        let incident = self.opens(title, IncidentKind::ProviderFailure).await;
        let lead = participants::Command::TakeOffice { office: Office::IncidentLead };
        self.does(&incident, [lead.into()]).await;
        self.settled(&incident).await;
        incident
    }

    /// Closes an incident, the gates that hold that back let through.
    async fn ends(&self, incident: &str) {
        let recovering = lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: "all are placed".to_owned() };
        self.does(incident, [recovering.into()]).await;
        self.settled(incident).await;
        for proposal in self.proposals(incident).await {
            let is_gate = matches!(proposal.item.unwrap().item, Some(v1::advice_item::Item::Gate(_)));
            if is_gate && proposal.state == i32::from(v1::ProposalState::Open) {
                let (proposal, reason) = (ProposalNo(proposal.number), "all are settled".to_owned());
                let through = advising::Command::OverrideGate { proposal, reason };
                self.does_as(Office::IncidentLead, incident, through.into()).await.unwrap();
            }
        }
        let close = lifecycle::Command::Close { summary: "all are settled".to_owned() };
        self.does_as(Office::IncidentLead, incident, close.into()).await.unwrap();
        self.settled(incident).await;
    }

    /// The changes of settings on a record, each with its place and who wrote it.
    async fn said(&self, incident: &str) -> Vec<(u64, String, v1::SettingsChanged)> {
        let entries = self.reads(incident).await.into_iter();
        let changed = entries.filter_map(|entry| {
            let Some(Body::SettingsChanged(changed)) = entry.body else { return None };
            Some((entry.seq, entry.author.unwrap().agency, changed))
        });
        changed.collect()
    }

    /// The settings that the incident was pinned to when it opened.
    async fn pinned(&self, incident: &str) -> Vec<u8> {
        let mut pins = self.reads(incident).await.into_iter().filter_map(|entry| {
            let Some(Body::RuleSetPinned(pinned)) = entry.body else { return None };
            pinned.pin
        });
        pins.find(|pin| pin.rule_set == CLOSURE).unwrap().settings.to_vec()
    }

    /// The text of the letter that the rule set drafts.
    async fn letter(&self, incident: &str) -> String {
        self.settled(incident).await;
        let items = self.proposals(incident).await.into_iter().filter_map(|proposal| proposal.item?.item);
        let mut drafts = items.filter_map(|item| {
            let v1::advice_item::Item::Draft(draft) = item else { return None };
            Some(draft.body)
        });
        drafts.next().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_will_not_do_are_told_by_place_and_change_nothing() {
    let home = home();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.closes("Rosebank").await;
    let before = council.settled(&incident).await;

    let bad = r#"{"wellbeing_to_weeks": 60, "wellbeing_from_weeks": "four", "lettre": "Dear all", "letter": ""}"#;
    let status = refused(council.changes(to(bad)).await, Code::InvalidArgument, "SETTINGS_REFUSED");
    let told = status.get_details_bad_request().unwrap().field_violations;
    let told: Vec<String> = told.iter().map(|told| format!("{}: {}", told.field, told.description)).collect();
    let expected = [
        "letter: must not be empty",
        "lettre: `lettre` is not a setting here; did you mean `letter`?",
        "wellbeing_from_weeks: must be a whole number; it is \"four\"",
        "wellbeing_to_weeks: must be at most 52; it is 60",
    ];
    assert_eq!(told, expected);
    assert_eq!(council.checks(bad).await, expected);
    // What the schema cannot say, the rule set says itself.
    let late = r#"{"wellbeing_from_weeks": 6, "wellbeing_to_weeks": 4}"#;
    assert_eq!(council.checks(late).await, ["wellbeing_to_weeks: the check would be due before it opens"]);
    refused(council.changes(to(late)).await, Code::InvalidArgument, "SETTINGS_REFUSED");
    let twice = r#"{"letter": "Dear all", "letter": "Dear you"}"#;
    assert!(council.checks(twice).await[0].contains("`letter` stands there twice"));
    assert_eq!(council.checks(&letter("Dear all")).await, Vec::<String>::new());

    assert_eq!(council.settled(&incident).await, before);
    assert_eq!(council.in_force().await.source(), v1::SettingsSource::RuleSet);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_an_entry_on_the_open_records_of_its_agency_and_their_advice_follows() {
    let home = home();
    let house = home.open().await;
    let (council, solihull) = (house.client(COUNCIL).await, house.client(SOLIHULL).await);
    let (rosebank, elm_court) = (council.closes("Rosebank").await, council.closes("Elm Court").await);
    let closed = council.closes("Ash Grove").await;
    council.ends(&closed).await;
    let theirs = solihull.closes("Oak House").await;
    // A table that both councils sit at belongs to the one that leads it.
    solihull.seats(&council, &theirs).await;
    let before = (council.reads(&closed).await.len(), solihull.settled(&theirs).await);

    let first = council.pinned(&rosebank).await;
    let changed = council.changes(to(&letter("Dear all"))).await.unwrap();
    assert_eq!(changed.entries.len(), 2);
    for incident in [&rosebank, &elm_court] {
        let said = council.said(incident).await;
        let [(seq, by, entry)] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!((by.as_str(), entry.rule_set.as_str()), (COUNCIL, CLOSURE));
        assert_eq!((entry.from.to_vec(), entry.to.to_vec()), (first.clone(), changed.settings.to_vec()));
        assert_eq!(
            (entry.changed.as_slice(), entry.because.as_str()),
            (&["letter".to_owned()][..], "the board asked for it")
        );
        assert!(changed.entries.iter().any(|told| told.incident_id == *incident && told.seq == *seq));
        assert_eq!(council.letter(incident).await, "Dear all");
    }
    let looked = council.reads(&rosebank).await.into_iter().rev().find_map(|entry| {
        let Some(Body::AdviceChanged(changed)) = entry.body else { return None };
        changed.looked
    });
    assert_eq!(looked.unwrap().settings, changed.settings);
    assert_eq!((council.reads(&closed).await.len(), solihull.settled(&theirs).await), before);
    assert_ne!(solihull.letter(&theirs).await, "Dear all");
    assert_eq!(solihull.in_force().await.source(), v1::SettingsSource::RuleSet);

    // The same again would change nothing; something else changes from here.
    refused(council.changes(to(r#"{"letter":"Dear all"}"#)).await, Code::FailedPrecondition, "SETTINGS_ALREADY_SO");
    let again = council.changes(to("")).await.unwrap();
    assert_eq!(again.settings.to_vec(), first);
    let said = council.said(&rosebank).await;
    assert_eq!((said.len(), said[1].2.from.to_vec()), (2, changed.settings.to_vec()));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_the_difference_and_writes_nothing() {
    let home = home();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.closes("Rosebank").await;
    let (before, text) = (council.settled(&incident).await, council.letter(&incident).await);

    let request = v1::ChangeSettingsRequest { validate_only: true, ..to(&letter("Dear all")) };
    let foreseen = council.changes(request.clone()).await.unwrap();
    let [preview] = foreseen.previews.as_slice() else { panic!("{foreseen:?}") };
    assert_eq!((preview.incident_id.as_str(), preview.seq), (incident.as_str(), before));
    assert_eq!((&preview.added, &preview.withdrawn, &preview.failure), (&Vec::new(), &Vec::new(), &None));
    let [item] = preview.revised.as_slice() else { panic!("{preview:?}") };
    assert_eq!((item.key.as_str(), item.kind.as_str()), ("letter/people", "draft"));
    assert!((foreseen.entries.is_empty(), foreseen.changed_at, foreseen.not_looked_at) == (true, None, 0));

    assert_eq!((council.settled(&incident).await, council.letter(&incident).await), (before, text));
    assert_eq!(council.in_force().await.source(), v1::SettingsSource::RuleSet);

    // What is then done is what was foreseen, and its name was not used up.
    let changed = council.changes(v1::ChangeSettingsRequest { validate_only: false, ..request }).await.unwrap();
    assert_eq!(changed.settings, foreseen.settings);
    assert_eq!(council.letter(&incident).await, "Dear all");
    let stated = council.proposals(&incident).await.into_iter().find(|found| found.number == item.proposal).unwrap();
    assert_eq!(stated.told, item.told);
    let same = v1::ChangeSettingsRequest { validate_only: true, ..to(&letter("Dear all")) };
    assert_eq!(council.changes(same).await.unwrap().previews, []);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_asked_again_gives_the_first_answer_and_writes_nothing_also_after_a_restart() {
    let home = home();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.closes("Rosebank").await;
    let request = to(&letter("Dear all"));
    // Several at once, as a client does that lost its connection.
    let all = [0; 4].map(|_| {
        let (council, request) = (council.clone(), request.clone());
        tokio::spawn(async move { council.changes(request).await.unwrap() })
    });
    let mut answers = Vec::new();
    for answer in all {
        answers.push(answer.await.unwrap());
    }
    let first = answers[0].clone();
    assert!(answers.iter().all(|answer| (&answer.entries, answer.changed_at) == (&first.entries, first.changed_at)));
    let settled = council.settled(&incident).await;
    assert_eq!(council.said(&incident).await.len(), 1);
    house.close().await;

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let again = council.changes(request.clone()).await.unwrap();
    assert!(again.replayed);
    assert_eq!((again.entries, again.settings), (first.entries, first.settings));
    assert_eq!(council.settled(&incident).await, settled);
    let other = v1::ChangeSettingsRequest { settings_json: String::new(), ..request };
    refused(council.changes(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agency_set_stays_in_force_through_a_restart_and_later_incidents_begin_with_it() {
    let mut home = home();
    let configured = home.put("closure.toml", "letter = \"Dear residents\"\n");
    home.config.rule_sets.settings.insert(CLOSURE.parse().unwrap(), configured);
    let house = home.open().await;
    let (council, solihull) = (house.client(COUNCIL).await, house.client(SOLIHULL).await);
    let as_configured = council.in_force().await;
    assert_eq!(as_configured.settings_json, r#"{"letter":"Dear residents"}"#);
    assert_eq!(as_configured.source(), v1::SettingsSource::Server);
    let changed = council.changes(to(&letter("Dear all"))).await.unwrap();
    assert_eq!(changed.entries, []);
    house.close().await;

    let house = home.open().await;
    let (council, solihull_again) = (house.client(COUNCIL).await, house.client(SOLIHULL).await);
    let in_force = council.in_force().await;
    assert_eq!(
        (in_force.settings_json.as_str(), in_force.source()),
        (r#"{"letter":"Dear all"}"#, v1::SettingsSource::Agency)
    );
    assert_eq!((in_force.because.as_str(), in_force.settings), ("the board asked for it", changed.settings.clone()));
    assert_eq!((in_force.since, in_force.problems), (changed.changed_at, Vec::new()));
    let (ours, theirs) = (council.closes("Rosebank").await, solihull_again.closes("Oak House").await);
    assert_eq!(council.pinned(&ours).await, changed.settings.to_vec());
    assert_eq!(council.letter(&ours).await, "Dear all");
    assert_eq!(solihull_again.letter(&theirs).await, "Dear residents");
    assert_eq!(solihull_again.pinned(&theirs).await, as_configured.settings.to_vec());
    drop(solihull);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_opened_while_settings_change_use_the_old_and_say_so_or_begin_with_the_new() {
    let home = home();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let opening = (0..12).map(|number| {
        let council = council.clone();
        tokio::spawn(async move { council.opens(&format!("Home {number}"), IncidentKind::ProviderFailure).await })
    });
    let opening: Vec<_> = opening.collect();
    let changed = council.changes(to(&letter("Dear all"))).await.unwrap();
    for opened in opening {
        let incident = opened.await.unwrap();
        let (pinned, said) = (council.pinned(&incident).await, council.said(&incident).await);
        let began_with_it = pinned == changed.settings.to_vec();
        assert_eq!(said.len(), usize::from(!began_with_it), "{incident}");
        assert_eq!(council.letter(&incident).await, "Dear all");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_belongs_to_one_agency_is_set_by_that_agency_alone() {
    let mut home = home();
    home.config.rule_sets.owner = Some(SOLIHULL.parse().unwrap());
    let house = home.open().await;
    let (council, solihull) = (house.client(COUNCIL).await, house.client(SOLIHULL).await);
    refused(council.changes(to(&letter("Dear all"))).await, Code::PermissionDenied, "NOT_YOUR_RULE_SET");
    let request = v1::GetSettingsRequest { rule_set: CLOSURE.to_owned() };
    let asked = council.client.rule_sets.clone().get_settings(request).await;
    refused(asked, Code::PermissionDenied, "NOT_YOUR_RULE_SET");
    // Where its owner has no seat, nothing is written; where it has one, the entry is its own.
    let (without, with) = (council.closes("Rosebank").await, council.closes("Elm Court").await);
    council.seats(&solihull, &with).await;
    let changed = solihull.changes(to(&letter("Dear all"))).await.unwrap();
    assert_eq!(changed.entries.iter().map(|entry| &entry.incident_id).collect::<Vec<_>>(), [&with]);
    assert_eq!(council.said(&without).await, []);
    assert_eq!(council.said(&with).await[0].1, SOLIHULL);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_fails_on_settings_and_one_that_is_not_there_are_told_apart() {
    let home = crate::guests::home_with("good");
    let house = home.open().await;
    let cqc = house.client(CQC).await;
    let of =
        |rule_set: &str| v1::ChangeSettingsRequest { rule_set: rule_set.to_owned(), ..to(r#""panics-on-settings""#) };
    refused(cqc.changes(of("flood-plan")).await, Code::NotFound, "RULE_SET_NOT_FOUND");
    refused(cqc.changes(of("misbehaving")).await, Code::FailedPrecondition, "RULE_SET_FAILED");
    let silent = v1::ChangeSettingsRequest { because: " ".to_owned(), request_id: String::new(), ..of("misbehaving") };
    let status = refused(cqc.changes(silent).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(status.get_details_bad_request().unwrap().field_violations.len(), 2);

    let listed = cqc.client.rule_sets.clone().list_rule_sets(v1::ListRuleSetsRequest {}).await.unwrap().into_inner();
    let named: Vec<&str> = listed.rule_sets.iter().map(|is| is.pin.as_ref().unwrap().rule_set.as_str()).collect();
    assert_eq!(named, ["misbehaving", "stakeholder-matrix"]);
    let misbehaving = &listed.rule_sets[0];
    assert_eq!((misbehaving.source.as_str(), misbehaving.review_due()), ("tests", "2024-07-31"));
    assert!(listed.rule_sets[1].settings_schema.contains("additionalProperties"));
    house.close().await;
}
