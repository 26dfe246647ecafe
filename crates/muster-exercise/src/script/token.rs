//! Tokens: a line of a script in words, quoted texts and the marks between them.

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything without a space in it.
    Word,
    /// A text in quotation marks, without them.
    Text,
    /// A comma or a colon that ends a word.
    Mark,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The line it stands on.
    pub(super) line: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// Its text.
    pub(super) text: String,
}

/// A quotation mark that nothing closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed;

/// Word processors turn straight quotation marks into these, so both will do.
fn is_quote(found: char) -> bool {
    matches!(found, '"' | '\u{201c}' | '\u{201d}')
}

/// The pieces of a line, up to a `#` that stands outside of a text.
pub(super) fn tokens(line: usize, text: &str) -> Result<Vec<Token>, Unclosed> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '#' => break,
            quote if is_quote(quote) => {
                let (text, after) = closed(rest.get(quote.len_utf8()..).unwrap_or_default())?;
                found.push(Token { line, kind: Kind::Text, text });
                after
            }
            mark @ (',' | ':') => {
                found.push(Token { line, kind: Kind::Mark, text: mark.to_string() });
                rest.get(1..).unwrap_or_default()
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                let bare = word.trim_end_matches([',', ':']);
                found.push(Token { line, kind: Kind::Word, text: bare.to_owned() });
                let marks = word.get(bare.len()..).unwrap_or_default().chars();
                found.extend(marks.map(|mark| Token { line, kind: Kind::Mark, text: mark.to_string() }));
                after
            }
        };
        rest = rest.trim_start();
    }
    Ok(found)
}

/// The text up to the closing mark, and what follows it. `\"` stands for a mark inside of the text.
fn closed(text: &str) -> Result<(String, &str), Unclosed> {
    let mut inside = String::new();
    let mut chars = text.char_indices();
    while let Some((at, found)) = chars.next() {
        match found {
            '\\' => inside.extend(chars.next().map(|(_, escaped)| escaped)),
            quote if is_quote(quote) => {
                let after = text.get(at.saturating_add(quote.len_utf8())..).unwrap_or_default();
                return Ok((inside, after));
            }
            other => inside.push(other),
        }
    }
    Err(Unclosed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Kind, String)> {
        tokens(1, text).unwrap().into_iter().map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn a_line_is_words_texts_and_marks_and_ends_at_a_hash() {
        let word = |text: &str| (Kind::Word, text.to_owned());
        let mark = |text: &str| (Kind::Mark, text.to_owned());
        let expected = vec![
            word("at"),
            word("09:00"),
            word("icb"),
            mark(","),
            word("s48/a"),
            mark(":"),
            (Kind::Text, "a # \"b\"".to_owned()),
        ];
        assert_eq!(read(r##"at 09:00  icb, s48/a: "a # \"b\"" # said aloud"##), expected);
    }

    #[test]
    fn quotation_marks_of_a_word_processor_will_do_and_an_empty_text_is_a_text() {
        assert_eq!(
            read("\u{201c}Rosebank\u{201d} \"\""),
            vec![(Kind::Text, "Rosebank".to_owned()), (Kind::Text, String::new())]
        );
    }

    #[test]
    fn a_text_that_is_not_closed_is_told() {
        assert_eq!(tokens(1, "notes \"hello"), Err(Unclosed));
    }
}
