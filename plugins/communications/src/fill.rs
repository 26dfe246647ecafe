//! Texts with placeholders: `{title}` and the like, filled in one pass, so that a filled-in title is not filled in again.

/// What a placeholder can be called.
pub(crate) const PLACEHOLDERS: [&str; 4] = ["title", "service", "sender", "led-by"];

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// To be kept as it is.
    Words(&'a str),
    /// To be filled in: what stands between the braces.
    Placeholder(&'a str),
    /// A brace that nothing closes, with all that follows it.
    Open(&'a str),
}

/// The pieces of a text, in order.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        pieces.push(Piece::Words(words));
        let Some((name, after)) = after.split_once('}') else {
            pieces.push(Piece::Open(after));
            return pieces;
        };
        pieces.push(Piece::Placeholder(name));
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// The text with each placeholder filled in; one that nothing is known of stays as it is.
pub(crate) fn fill<'a>(text: &'a str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Placeholder(name) => match value(name) {
                Some(value) => filled.push_str(value),
                None => filled.push_str(&format!("{{{name}}}")),
            },
            Piece::Open(rest) => {
                filled.push('{');
                filled.push_str(rest);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_in_title_is_not_filled_in_again() {
        let value = |name: &str| if name == "title" { Some("{sender}") } else { Some("the council") };
        assert_eq!(fill("About {title}, from {sender}.", value), "About {sender}, from the council.");
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        assert_eq!(fill("a {b} c { d", |_| None), "a {b} c { d");
        assert_eq!(fill("", |_| None), "");
    }
}
