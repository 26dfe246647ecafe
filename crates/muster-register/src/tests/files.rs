//! What a directory looks like, invented from end to end.

/// The headings that the tests use, some as no month's file has them all.
pub(super) const HEADINGS: &[&str] = &[
    "Location ID",
    "Location Name",
    "Provider ID",
    "Provider Name",
    "Location Local Authority",
    "Care home?",
    "Dormant (Y/N)",
    "Care homes beds",
    "Location Latest Overall Rating",
    "Publication Date",
    "Registered manager",
    "Location Inspection Directorate",
    "Brand ID",
    "Brand Name",
    "Service type - Care home service with nursing",
    "Service type - Care home service without nursing",
    "Service type - Domiciliary care service",
    "Location Dual Registered",
    "Primary ID (Dual registration locations)",
];

/// Six locations: a brand's three, of which two are one place, two of others, and a dentist.
pub(super) fn locations() -> Vec<Vec<&'static str>> {
    let social = "Adult social care";
    vec![
        HEADINGS.to_vec(),
        vec![
            "1-101",
            "Rosebank House",
            "1-900",
            "Larkfield Care Ltd",
            "Coventry",
            "Y",
            "N",
            "48",
            "Inadequate",
            "04/03/2024",
            "Hill, Ada",
            social,
            "BD9",
            "BRAND Larkfield",
            "Y",
            "",
            "",
            "Y",
            "",
        ],
        vec![
            "1-102",
            "Rosebank House",
            "1-901",
            "Larkfield Nursing Ltd",
            "Coventry",
            "Y",
            "N",
            "48",
            "Good",
            "04/03/2024",
            "Hill, Ada",
            social,
            "BD9",
            "BRAND Larkfield",
            "Y",
            "",
            "",
            "Y",
            "",
        ],
        vec![
            "1-103",
            "Elm Court",
            "1-900",
            "Larkfield Care Ltd",
            "Warwickshire",
            "Y",
            "",
            "30",
            "Good",
            "",
            "",
            social,
            "BD9",
            "BRAND Larkfield",
            "",
            "Y",
            "",
            "",
            "",
        ],
        vec![
            "1-104",
            "Ash Lodge",
            "1-902",
            "Quiet Homes",
            "Coventry",
            "Y",
            "N",
            "",
            "Outstanding",
            "",
            "Reed, Sol",
            social,
            "-",
            "-",
            "Y",
            "Y",
            "",
            "",
            "",
        ],
        vec![
            "1-105",
            "Home From Home",
            "1-903",
            "Doorstep Care",
            "Herefordshire, County of",
            "N",
            "N",
            "0",
            "No published rating",
            "",
            "N",
            social,
            "",
            "",
            "",
            "",
            "Y",
            "",
            "",
        ],
        vec![
            "1-106",
            "High Street Dental",
            "1-904",
            "Teeth",
            "Coventry",
            "N",
            "N",
            "0",
            "",
            "",
            "",
            "Primary medical services",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
    ]
}

pub(super) fn readme() -> Vec<Vec<&'static str>> {
    vec![vec!["Care directory with filters"], vec![], vec!["Source: CQC database as at 01 March 2024"]]
}

pub(super) fn dual() -> Vec<Vec<&'static str>> {
    vec![
        vec!["Location ID", "Location Name", "Linked Organisation ID", "Relationship", "Primary ID"],
        vec!["1-101", "Rosebank House", "1-102", "HSCA Dual Registration", "1-101"],
    ]
}

/// The three sheets of a published file.
pub(super) fn directory() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    vec![("README", readme()), ("HSCA_Active_Locations", locations()), ("Dual_Registration_Locations", dual())]
}

/// Figures of capacity: one of today, one of three weeks ago.
pub(super) const CAPACITY: &str = "\
CQC Location ID,As at,Maximum capacity,Occupied,Vacant (reserved),Vacant (accepting admissions)
1-104,2024-03-03,40,35,1,4
1-103,12/02/2024,30,21,,9
";
