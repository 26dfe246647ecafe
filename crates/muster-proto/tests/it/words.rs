//! Words: each list on the wire is the record's, with the same spelling.

use std::collections::BTreeSet;

use muster_proto::v1;
use muster_record::advice::{Answer, Provenance, Step};
use muster_record::agency::{AgencyKind, Interest, Office};
use muster_record::audit::{Did as AuditedAct, Purpose};
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::deadline::ClockState;
use muster_record::entry::Class;
use muster_record::exported::ExportedFile;
use muster_record::identity::Basis;
use muster_record::incident::clocks::Clock;
use muster_record::incident::decisions::Panel;
use muster_record::incident::lifecycle::Relation;
use muster_record::incident::sharing::{Emergency, GlassFinding, SharingBasis};
use muster_record::personal_text::LooksLike;
use muster_record::situation::{
    CareStatus, Failure, Funder, IncidentKind, MeetingKind, Mobility, Need, OfferKind, Phase, RestrictionBasis,
    RestrictionKind, ServiceKind,
};
use muster_register::Kind as ListedKind;
use muster_register::ask::{Near, NotKnown, Reason as RiskReason};
use muster_register::plan::Covers;
use muster_register::row::{Rating, Stage};

use crate::descriptor::cases;

fn check(list: &str, words: impl Iterator<Item = (&'static str, &'static str)>) {
    let (spelled, written): (BTreeSet<String>, BTreeSet<String>) =
        words.map(|(word, wire)| (word.replace(['-', '.'], "_").to_uppercase(), wire.to_owned())).unzip();
    assert_eq!(written, cases(list), "{list}");
    for wire in &written {
        assert!(spelled.iter().any(|word| wire.ends_with(&format!("_{word}"))), "{wire} is spelled otherwise");
    }
}

macro_rules! check_each {
    ($($list:ident),+) => {
        $(
            check(
                stringify!($list),
                $list::ALL.iter().map(|word| (word.word(), v1::$list::from(*word).as_str_name())),
            );
            for word in $list::ALL {
                assert_eq!($list::try_from(v1::$list::from(*word)), Ok(*word));
            }
            assert!($list::try_from(v1::$list::Unspecified).is_err());
        )+
    };
}

#[test]
fn every_word_has_one_spelling() {
    check_each!(
        Answer,
        BriefingKind,
        BriefingFormat,
        ExportedFile,
        AgencyKind,
        Interest,
        Office,
        Class,
        IncidentKind,
        Failure,
        ServiceKind,
        Phase,
        Relation,
        Clock,
        Funder,
        Mobility,
        CareStatus,
        Need,
        Panel,
        MeetingKind,
        RestrictionKind,
        RestrictionBasis,
        OfferKind,
        Provenance,
        Step,
        ClockState,
        SharingBasis,
        Emergency,
        GlassFinding,
        ListedKind,
        Rating,
        Stage,
        Covers,
        RiskReason,
        NotKnown,
        Near,
        Basis,
        Purpose,
        AuditedAct,
        LooksLike
    );
}

#[test]
fn every_reason_of_a_refusal_is_in_the_api() {
    // The source is read because an enum with fields has no list of its cases.
    let source = include_str!("../../../muster-record/src/refusal/reason.rs");
    let quoted = source.lines().filter_map(|line| line.split_once("=> (")?.1.split('"').nth(1));
    let known = cases("ErrorReason");
    let reasons: Vec<&str> = quoted.collect();
    assert!(reasons.contains(&"SEQ_CONFLICT"), "{reasons:?}");
    for reason in reasons {
        assert!(known.contains(&format!("ERROR_REASON_{reason}")), "errors.proto has no {reason}");
    }
}
