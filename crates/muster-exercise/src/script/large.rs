//! A large exercise, written out: a national home-care agency fails in many authorities at once.
//!
//! At its full size it has that of the failure of November 2018: 84 authorities and 9,300 people in England.

use std::fmt::Write as _;

/// How large the exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Authorities in which the agency has a branch, from 2.
    pub authorities: u32,
    /// People it cares for, in all authorities together.
    pub people: u32,
}

/// Who pays, in turn; in each ten so many are of that sort.
const SORTS: &[(u32, &str)] = &[
    (4, "council-full, walks-with-help, needs none"),
    (2, "council-part, wheelchair, needs two-carers"),
    (2, "self-funded, walks, needs time-critical-medicine"),
    (1, "health-full, stretcher, needs nursing"),
    (1, "not-known, mobility not-known, needs not-known"),
];

/// The script. Every authority is invented, and so is what happens.
pub fn large(size: Size) -> String {
    let Size { authorities, people } = size;
    let authorities = authorities.max(2);
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "# Generated: a national home-care agency stops overnight. Every name is invented.\n\
         exercise \"Careful Hands stops in {authorities} authorities\"\n\
         agency adass = exercise-adass region \"ADASS (exercise)\"\n\
         agency cqc = exercise-cqc regulator \"The regulator (exercise)\"\n"
    );
    for number in 1..=authorities {
        let _ = writeln!(text, "agency a{number} = exercise-{number} council \"Authority {number} (exercise)\"");
    }
    text.push_str("start 2018-11-05\n");
    for number in 1..=authorities {
        open(&mut text, number, share(people, authorities, number));
    }
    // One authority's rule set proposes the regional incident; the lead named by the chair opens it.
    text.push_str(
        "\nat 12:00 a1 answers region/more-than-one-authority yes from \"the provider\"\n\
         adass turns to branch-1\n\
         adass takes office dass-lead\n\
         adass as dass-lead opens regional incident from region/open of regional-escalation called region\n",
    );
    for number in 2..=authorities {
        let _ = writeln!(text, "adass adds member branch-{number}");
    }
    let _ = writeln!(
        text,
        "expect region members {authorities}\nexpect region people {people}\nexpect region not yet placed {people}"
    );
    let placed: u32 =
        (1..=authorities).map(|number| place(&mut text, number, share(people, authorities, number))).sum();
    let rest = people.saturating_sub(placed);
    let _ = writeln!(
        text,
        "at +1h adass notes \"half of the people are with other agencies\"\n\
         expect region moved {placed}\nexpect region not yet placed {rest}"
    );
    text
}

/// The people of one authority: as many as in the others, and the first have one more where it does not come out even.
fn share(people: u32, authorities: u32, number: u32) -> u32 {
    let each = people.checked_div(authorities).unwrap_or_default();
    let over = people.checked_rem(authorities).unwrap_or_default();
    each.saturating_add(u32::from(number <= over))
}

fn open(text: &mut String, number: u32, people: u32) {
    let _ = write!(
        text,
        "\nat day 1 {:02}:{:02} a{number} opens \"Careful Hands, branch {number}\" as provider-failure through \
         provider-exit, of national regulated home-support service branch brand \"Careful Hands\", \
         care stops day 4 08:00, called branch-{number}\n\
         a{number} together\n    takes office incident-lead\n    invites adass as operational, cqc as oversight\n",
        number.checked_div(30).unwrap_or_default().saturating_add(8),
        number.checked_rem(30).unwrap_or_default().saturating_mul(2),
    );
    let _ = write!(text, "adass turns to branch-{number}\nadass joins\na{number} together\n");
    let mut left = people;
    for (of_ten, sort) in SORTS {
        let some = people.saturating_mul(*of_ten).div_ceil(10).min(left);
        left = left.saturating_sub(some);
        if some > 0 {
            let _ = writeln!(text, "    registers {some} people: {sort}");
        }
    }
    let _ = writeln!(text, "    notes \"{people} people on the rota\"");
}

/// Half of an authority's people are taken on by other agencies; how many that are.
fn place(text: &mut String, number: u32, people: u32) -> u32 {
    let half = people.checked_div(2).unwrap_or_default();
    if half > 0 {
        let _ = writeln!(text, "a{number} marks people 1 to {half} moved at \"another agency\"");
    }
    half
}
