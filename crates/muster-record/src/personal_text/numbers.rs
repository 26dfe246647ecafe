//! Runs of digits as people write them: in groups, with one sign between them.

/// The runs of a text, each as its groups of digits: `943 476 5919` is one of three. Digits within a word are no number.
pub(super) fn groups(text: &str) -> Vec<Vec<String>> {
    runs(text, |char| matches!(char, ' ' | '-' | '/' | '.' | '\u{a0}'), |_| false)
}

/// The same for what can be dialled: brackets stand between digits too, and a plus before them.
pub(super) fn dialled(text: &str) -> Vec<Vec<String>> {
    runs(text, |char| matches!(char, ' ' | '-' | '(' | ')' | '\u{a0}'), |char| char == '+')
}

/// Signs between two groups: `) ` is two, and more are a gap.
const BETWEEN: usize = 2;

fn runs(text: &str, between: impl Fn(char) -> bool, begins: impl Fn(char) -> bool) -> Vec<Vec<String>> {
    let (mut runs, mut run, mut group) = (Vec::new(), Vec::new(), String::new());
    let (mut gap, mut within_a_word) = (0_usize, false);
    let close = |run: &mut Vec<String>, runs: &mut Vec<Vec<String>>| {
        if !run.is_empty() {
            runs.push(std::mem::take(run));
        }
    };
    for char in text.chars() {
        if (char.is_ascii_digit() || (begins(char) && group.is_empty())) && !within_a_word {
            group.push(char);
            gap = 0;
            continue;
        }
        let ends_in_a_word = char.is_alphanumeric() || char == '_';
        if !group.is_empty() {
            let ended = std::mem::take(&mut group);
            if ends_in_a_word {
                close(&mut run, &mut runs);
            } else {
                run.push(ended);
            }
        }
        within_a_word = ends_in_a_word;
        gap = gap.saturating_add(1);
        if !between(char) || gap > BETWEEN {
            close(&mut run, &mut runs);
        }
    }
    if !group.is_empty() {
        run.push(group);
    }
    close(&mut run, &mut runs);
    runs
}
