//! A panel recommends, an office decides, and the record keeps what was weighed.

use expect_test::expect;

use super::{Command, Panel, Reasons, Weighed};
use crate::advice::Answer;
use crate::agency::Office;
use crate::ids::{ProposalNo, RecommendationNo};
use crate::testing::{Scenario, action, check, options};

fn recommend(to: &[Office]) -> Command {
    let text = "end the contract with three months' notice".to_owned();
    Command::Recommend { panel: Panel::ProviderEscalationPanel, to: to.to_vec(), text }
}

fn reasons() -> Reasons {
    let weighed = |title: &str, acceptability| Weighed {
        title: title.to_owned(),
        suitability: Answer::Yes,
        feasibility: Answer::Unknown,
        acceptability,
    };
    Reasons {
        information: "31 people, two nurses tonight".to_owned(),
        risk_and_strategy: "no nurse after 22:00".to_owned(),
        powers_and_policy: "Care Act 2014 s48".to_owned(),
        options: vec![weighed("Own staff", Answer::Yes), weighed("Agency staff", Answer::No)],
        action_and_review: "looked at again at 18:00".to_owned(),
    }
}

fn decide(chosen: &str, proposal: Option<u32>, recommendation: Option<u32>) -> Command {
    Command::Decide {
        question: "who runs the home tonight".to_owned(),
        chosen: chosen.to_owned(),
        reasons: reasons(),
        proposal: proposal.map(ProposalNo),
        recommendation: recommendation.map(RecommendationNo),
    }
}

#[test]
fn a_panel_recommends_and_an_office_decides() {
    let mut home = Scenario::opened();
    home.pins("risk", 1);
    home.advises("risk", &[options("who-runs-it", Office::HeadOfCommissioning)]);
    home.council().does(recommend(&[Office::HeadOfCommissioning, Office::DirectorOfNursing]));
    home.council().taking(Office::HeadOfCommissioning).does(decide("Own staff", Some(1), Some(1)));
    home.lead().does(decide("Agency staff", None, None));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [risk]                pinned risk 1.0.0 of council
          12  09:00  [risk]                advice on entry 11: 1 new, 0 revised, 0 withdrawn
                                             + proposal 1, options: Who runs the home from tonight?
          13  09:00  council               N1: the provider-escalation-panel recommends to head-of-commissioning-and-quality and director-of-nursing-and-clinical-transformation: end the contract with three months' notice
          14  09:00  council               council took the office head-of-commissioning-and-quality
          15  09:00  council               D1: head-of-commissioning-and-quality decided on who runs the home tonight: Own staff, of 2 weighed (on N1)
          16  09:00  council               adopted proposal 1 (as head-of-commissioning-and-quality)
          17  09:00  council               D2: incident-lead decided on who runs the home tonight: Agency staff, of 2 weighed
    "#]].assert_eq(&home.told());
    expect![[r#"
        N1 provider-escalation-panel recommended: end the contract with three months' notice
        D1 head-of-commissioning-and-quality decided on who runs the home tonight: Own staff
        D2 incident-lead decided on who runs the home tonight: Agency staff
    "#]]
    .assert_eq(&home.reported("decisions"));
    check(
        &home.council().holding(Office::HeadOfCommissioning),
        decide("Own staff", Some(1), None),
        &expect!["PROPOSAL_NOT_OPEN: proposal 1 is not open"],
    );
}

#[test]
fn a_panel_recommends_to_the_two_named_offices_only() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        recommend(&[Office::Dass]),
        &expect![
            "INVALID_FIELD: to: a panel recommends to the Head of Commissioning and Quality and the Director of Nursing and Clinical Transformation"
        ],
    );
    check(
        &home.council(),
        recommend(&[]),
        &expect![
            "INVALID_FIELD: to: a panel recommends to the Head of Commissioning and Quality and the Director of Nursing and Clinical Transformation"
        ],
    );
    check(
        &home.cqc(),
        recommend(&[Office::DirectorOfNursing]),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}

#[test]
fn only_an_office_decides_and_only_what_was_weighed() {
    let mut home = Scenario::opened();
    check(
        &home.lead(),
        decide("The army", None, None),
        &expect!["CHOICE_NOT_WEIGHED: the chosen option is not among the options weighed"],
    );
    check(
        &home.lead(),
        decide("Own staff", None, Some(1)),
        &expect!["RESOURCE_NOT_FOUND: this record has no recommendation 1"],
    );
    check(
        &home.lead(),
        decide("Own staff", None, Some(0)),
        &expect!["RESOURCE_NOT_FOUND: this record has no recommendation 0"],
    );
    check(
        &home.cqc(),
        decide("Own staff", None, None),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    let unsaid = Command::Decide {
        question: "who".to_owned(),
        chosen: "Own staff".to_owned(),
        reasons: Reasons { powers_and_policy: String::new(), ..reasons() },
        proposal: None,
        recommendation: None,
    };
    check(&home.lead(), unsaid, &expect!["INVALID_FIELD: reasons.powers_and_policy is empty"]);
    check(
        &home.council(),
        decide("Own staff", None, None),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-nursing-and-clinical-transformation, director-of-adult-social-services, regional-chair, regional-vice-chair, dass-lead, public-health-lead, inspection-manager, safeguarding-coordinator, families-coordinator, transport-coordinator, health-link, provider-manager"
        ],
    );
}

#[test]
fn an_option_set_is_decided_by_the_office_it_names_and_nothing_else_is_decided_like_one() {
    let mut home = Scenario::opened();
    home.pins("risk", 1);
    home.advises("risk", &[options("who-runs-it", Office::HeadOfCommissioning), action("beds", "find beds")]);
    check(
        &home.lead(),
        decide("Own staff", Some(1), None),
        &expect!["OFFICE_NEEDED: this has to be done for one of these offices: head-of-commissioning-and-quality"],
    );
    check(
        &home.lead(),
        decide("Own staff", Some(2), None),
        &expect!["NOT_ADOPTABLE: that does not fit a proposal of the kind action: adopt or answer it as what it is"],
    );
    check(
        &home.lead(),
        decide("Own staff", Some(3), None),
        &expect!["RESOURCE_NOT_FOUND: this record has no proposal 3"],
    );
}
