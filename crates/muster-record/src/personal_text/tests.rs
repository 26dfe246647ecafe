use expect_test::expect;
use proptest::prelude::*;

use super::*;

#[test]
fn what_looks_like_personal_data_is_told_by_sort() {
    let mut told = String::new();
    for text in [
        "seen by the nurse at 08:15, NHS 943 476 5919",
        "9434765919",
        "room 12, 943-476-5919.",
        "her daughter is on 07700 900123",
        "(024) 7683 3333",
        "ring +44 (0)24 7683 3333 after nine",
        "0044 7700 900123",
        "write to a.smith@example.org, please",
        "<kin@mail.example.co.uk>",
        "DOB 2/5/38",
        "d.o.b.: 02.05.1938",
        "she was born on 2 May 1938",
        "date of birth 1938-05-02",
        "12 Elm Road, Coventry CV1 2AB",
        "moved to B337XY",
        "Mrs Smith, 943 476 5919, dob 2/5/1938, CV1 2AB, 07700 900123, s@example.org",
    ] {
        let found: Vec<&str> = looks_like(text).iter().map(|sort| sort.word()).collect();
        told.push_str(&format!("{text}: {}\n", found.join(", ")));
    }
    expect![[r#"
        seen by the nurse at 08:15, NHS 943 476 5919: nhs-number
        9434765919: nhs-number
        room 12, 943-476-5919.: nhs-number
        her daughter is on 07700 900123: telephone
        (024) 7683 3333: telephone
        ring +44 (0)24 7683 3333 after nine: telephone
        0044 7700 900123: telephone
        write to a.smith@example.org, please: e-mail
        <kin@mail.example.co.uk>: e-mail
        DOB 2/5/38: date-of-birth
        d.o.b.: 02.05.1938: date-of-birth
        she was born on 2 May 1938: date-of-birth
        date of birth 1938-05-02: date-of-birth
        12 Elm Road, Coventry CV1 2AB: postcode
        moved to B337XY: postcode
        Mrs Smith, 943 476 5919, dob 2/5/1938, CV1 2AB, 07700 900123, s@example.org: nhs-number, telephone, e-mail, date-of-birth, postcode
    "#]]
    .assert_eq(&told);
}

#[test]
fn ordinary_texts_raise_no_alarm() {
    for text in [
        "",
        "48 beds, 31 residents, 4 out of area",
        "care stops on 2024-03-07 at 08:00",
        "as of 2024-03-04 09:00, entry 246",
        "e08000026 invited qwu",
        "9434765918 is no NHS number",
        "943 476 5919 1 is eleven digits, 94347659190 too".get(18..).unwrap(),
        "component 018f3c2a9434765919aabbccddeeff00",
        "0000000000",
        "A1, A2 and C3 are done; R1 is lifted",
        "the stubborn 1938 boiler",
        "see 3.6 and Table 2 of the Plan, page 12",
        "invoice 00120030045",
        "@home and a@b",
        "reborn 1938",
        "on M6 2nd exit",
    ] {
        assert_eq!(looks_like(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_a_warning_comes_again(text in "\\PC*|[0-9 +()@.A-Z-]{0,60}") {
        assert_eq!(looks_like(&text), looks_like(&text));
    }

    #[test]
    fn an_nhs_number_is_found_wherever_it_stands(before in "[a-z ]{0,20}", after in "[ .,;a-z]{0,20}", nine in "[1-9][0-9]{8}") {
        let digits = (0..=9).map(|last| format!("{nine}{last}")).find(|ten| identity::is_checked(ten.as_bytes()));
        let Some(ten) = digits else { return Ok(()) };
        prop_assume!(!ten.bytes().all(|digit| ten.bytes().next() == Some(digit)));
        let apart = format!("{} {} {}", &ten[..3], &ten[3..6], &ten[6..]);
        for number in [ten, apart] {
            let text = format!("{before} {number} {after}");
            assert!(looks_like(&text).contains(&LooksLike::NhsNumber), "{text}");
        }
    }
}
