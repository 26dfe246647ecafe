//! Mangling: a seed changed in a few places, by a number alone, so that the number is enough to have it again.

/// Numbers that sit where things go wrong.
const EDGES: &[&str] =
    &["0", "-1", "1", "255", "256", "65536", "2147483648", "4294967296", "9223372036854775807", "1e309", "0.5", "null"];

/// Bytes that mean something to one reader or another.
const TELLING: &[u8] = b"\0\x01\x7f\x80\xff\"\\{}[](),:;=+-.%/<>'&\n\r\t eE";

/// A stream of numbers from one number (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        let drawn = usize::try_from(self.next() >> 1).unwrap_or(usize::MAX);
        drawn.checked_rem(end).unwrap_or(0)
    }

    /// A part of `bytes`, at most `longest`.
    fn part(&mut self, bytes: &[u8], longest: usize) -> std::ops::Range<usize> {
        let from = self.below(bytes.len().saturating_add(1));
        let length = self.below(longest.min(bytes.len().saturating_sub(from)).saturating_add(1));
        from..from.saturating_add(length)
    }

    fn one_of<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(from.len());
        from.get(place)
    }
}

/// One of the seeds, changed in one to eight places: the same for the same number.
pub fn mangled(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut numbers = Numbers(number);
    let mut bytes = numbers.one_of(seeds).cloned().unwrap_or_default();
    for _ in 0..=numbers.below(8) {
        change(&mut bytes, seeds, &mut numbers);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], numbers: &mut Numbers) {
    let at = numbers.below(bytes.len());
    match numbers.below(9) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << numbers.below(8);
            }
        }
        1 => {
            if let (Some(byte), Some(telling)) = (bytes.get_mut(at), numbers.one_of(TELLING)) {
                *byte = *telling;
            }
        }
        2 => {
            let part = numbers.part(bytes, 16);
            bytes.drain(part);
        }
        3 => {
            let part = numbers.part(bytes, 64);
            let again = bytes.get(part).unwrap_or_default().to_vec();
            bytes.splice(at..at, again);
        }
        4 => {
            // A stretch of another seed in place of a stretch of this one.
            let other = numbers.one_of(seeds).cloned().unwrap_or_default();
            let taken = numbers.part(&other, 256);
            let lost = numbers.part(bytes, 256);
            bytes.splice(lost, other.get(taken).unwrap_or_default().iter().copied());
        }
        5 => bytes.truncate(at),
        6 => {
            let edge = numbers.one_of(EDGES).copied().unwrap_or_default();
            let run = digits(bytes, at);
            bytes.splice(run, edge.bytes());
        }
        7 => {
            let long = numbers.below(5_000);
            let byte = numbers.one_of(TELLING).copied().unwrap_or_default();
            bytes.splice(at..at, std::iter::repeat_n(byte, long));
        }
        _ => {
            let drawn = numbers.next().to_le_bytes();
            bytes.splice(at..at, drawn);
        }
    }
}

/// The next run of digits behind a place, so that what is written in its stead stands where a number stood.
fn digits(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_digit = |place: &usize| bytes.get(*place).is_some_and(u8::is_ascii_digit);
    let begins = (at..bytes.len()).find(is_digit).unwrap_or(at);
    let ends = (begins..bytes.len()).find(|place| !is_digit(place)).unwrap_or(bytes.len());
    begins..ends
}
