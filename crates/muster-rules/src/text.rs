//! Text that a rule set wrote, made fit to show: nothing in it moves a cursor or turns the reading order.

/// Whether a character acts on what shows it instead of being shown.
fn is_acting(c: char) -> bool {
    let is_bidi = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || is_bidi || is_line_end
}

/// Whether nothing in a text can act: most are ASCII, which is looked through many bytes at a time.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The text on one line, without control and bidi characters.
pub(crate) fn one_line(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    text.chars().filter(|c| !is_acting(*c)).collect()
}

/// The text without control and bidi characters, its line breaks kept.
pub(crate) fn many_lines(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    text.chars().filter(|c| *c == '\n' || !is_acting(*c)).collect()
}

/// The first `max` characters of a text that is fit to show, cut where it says `...`.
pub(crate) fn shortened(text: String, max: usize) -> String {
    if text.len() <= max || text.chars().nth(max).is_none() {
        return text;
    }
    text.chars().take(max.saturating_sub(3)).chain("...".chars()).collect()
}

/// The first `max` characters of the text on one line, cut where it says `...`.
pub(crate) fn cut(text: &str, max: usize) -> String {
    if text.len() <= max && is_plain(text) {
        return text.to_owned();
    }
    let mut shown = text.chars().filter(|c| !is_acting(*c));
    let kept: String = shown.by_ref().take(max).collect();
    if shown.next().is_none() {
        return kept;
    }
    kept.chars().take(max.saturating_sub(3)).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_or_turns_the_reading_order_is_taken_out() {
        assert_eq!(one_line("a\u{1b}[31mb\u{202e}c\nd\u{0}\u{85}\u{2028}e"), "a[31mbcde");
        assert_eq!(many_lines("a\u{1b}b\r\nc\u{2066}d"), "ab\ncd");
    }

    #[test]
    fn text_of_other_scripts_is_left_alone() {
        let spoken = "Łódź, পরিবার, 家庭, أسرة, 👩\u{200d}👧";
        assert_eq!(one_line(spoken), spoken);
    }

    #[test]
    fn a_cut_text_says_that_it_was_cut() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abc...");
        assert_eq!(cut("abcdef\u{7}", 6), "abcdef");
        assert_eq!(shortened("äbcdef".to_owned(), 6), "äbcdef");
        assert_eq!(shortened("äbcdefg".to_owned(), 6), "äbc...");
    }
}
