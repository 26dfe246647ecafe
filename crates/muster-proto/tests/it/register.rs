//! The register on the wire: every row comes in as it went out, and what is not set is not known.

use muster_proto::register::{ImportPart, read_import, write_row};
use muster_proto::v1;
use muster_record::advice::Answer;
use muster_record::agency::AgencyKind;
use muster_record::situation::ServiceKind;
use muster_register::Row;
use muster_register::plan::{Place, Placed};
use muster_register::row::{
    Agency, Authority, Brand, Capacity, Oversight, Provider, Rating, Service, Stage, Successor,
};

use crate::descriptor::arms;

fn samples() -> Vec<Row> {
    let code = || "1-101".to_owned();
    let day = || Some("2024-03-04".parse().unwrap());
    vec![
        Brand { code: code().parse().unwrap(), name: "Larkfield".to_owned() }.into(),
        Provider { code: code().parse().unwrap(), name: "Larkfield Care".to_owned(), brand: code().parse().ok() }
            .into(),
        Service {
            code: code().parse().unwrap(),
            name: "Rosebank House".to_owned(),
            provider: code().parse().unwrap(),
            brand: code().parse().ok(),
            kinds: vec![ServiceKind::Nursing, ServiceKind::Residential],
            care_home: Answer::Yes,
            dormant: Answer::No,
            registered_beds: Some(0),
            rating: Some(Rating::Inadequate),
            rated_on: day(),
            manager: Answer::Unknown,
            manager_absent_since: day(),
            authority_name: Some("Coventry".to_owned()),
            authority: "E08000026".parse().ok(),
            postcode: Some("CV1 1AA".to_owned()),
            primary: code().parse().ok(),
        }
        .into(),
        Capacity {
            service: code().parse().unwrap(),
            as_at: day().unwrap(),
            maximum: Some(40),
            occupied: Some(35),
            reserved: Some(0),
            accepting: None,
        }
        .into(),
        Authority {
            code: "E08000016".parse().unwrap(),
            name: "Barnsley".to_owned(),
            region: None,
            from: None,
            to: day(),
            successors: vec!["E08000038".parse().unwrap()],
        }
        .into(),
        Agency {
            code: "05A".parse().unwrap(),
            name: "A CCG".to_owned(),
            kind: AgencyKind::HealthCommissioner,
            successors: vec![Successor { code: "B2M3M".parse().unwrap(), from: day().unwrap() }],
        }
        .into(),
        Oversight { provider: code().parse().unwrap(), stage: Stage::EarlyWarning, since: None }.into(),
    ]
}

#[test]
fn every_row_comes_in_as_it_went_out() {
    let place = Place { sheet: Some("Sheet1".to_owned()), line: 7 };
    let placed: Vec<Placed> = samples().into_iter().map(|row| Placed { place: place.clone(), row }).collect();
    assert_eq!(placed.len(), arms("ImportRow", "row").len(), "a sample of each");
    let rows = placed.iter().map(write_row).collect();
    let part = Some(v1::import_register_request::Part::Rows(v1::ImportRows { rows }));
    assert_eq!(read_import(&v1::ImportRegisterRequest { part }), Ok(ImportPart::Rows(placed)));
}

#[test]
fn what_is_not_set_is_not_known_and_never_no() {
    let (code, name, provider) = ("1-101".to_owned(), "Rosebank House".to_owned(), "1-900".to_owned());
    let wire = v1::ListedService { code, name, provider, ..v1::ListedService::default() };
    let row = v1::ImportRow { line: 2, sheet: None, row: Some(v1::import_row::Row::Service(wire)) };
    let part = Some(v1::import_register_request::Part::Rows(v1::ImportRows { rows: vec![row] }));
    let Ok(ImportPart::Rows(placed)) = read_import(&v1::ImportRegisterRequest { part }) else { panic!("no rows") };
    let service = placed[0].row.service().unwrap();
    assert_eq!(
        (service.care_home, service.dormant, service.manager),
        (Answer::Unknown, Answer::Unknown, Answer::Unknown)
    );
    assert_eq!((service.registered_beds, service.rating), (None, None));
}
