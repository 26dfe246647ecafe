//! NHS numbers: ten digits, of which the last checks the others (modulus 11).

use super::Sensitive;

/// An NHS number whose check digit is right. That it is somebody's is not known.
pub struct NhsNumber(Sensitive<String>);

impl NhsNumber {
    /// Reads ten digits, with or without single spaces or hyphens between them (`943 476 5919`).
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = String::with_capacity(10);
        for char in text.chars() {
            match char {
                '0'..='9' if digits.len() < 10 => digits.push(char),
                ' ' | '-' => (),
                _ => return None,
            }
        }
        let number = Sensitive::new(digits);
        is_checked(number.expose().as_bytes()).then_some(Self(number))
    }

    /// The ten digits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Whether these ten digits hold together: the first nine, weighted 10 to 2, and 11 less the rest of their sum by 11.
pub(crate) fn is_checked(digits: &[u8]) -> bool {
    let Some((last, nine)) = digits.split_last().filter(|(_, nine)| nine.len() == 9) else { return false };
    let value = |digit: &u8| u32::from(digit.saturating_sub(b'0'));
    let weighted =
        nine.iter().zip((2..=10).rev()).map(|(digit, weight): (&u8, u32)| value(digit).saturating_mul(weight));
    let sum: u32 = weighted.sum();
    match 11_u32.saturating_sub(sum.checked_rem(11).unwrap_or(0)) {
        10 => false,
        11 => value(last) == 0,
        check => value(last) == check,
    }
}
