//! A rule set asked as its host asks it, but for the sandbox.

use crate::testing::{Story, unsound};
use crate::{Advice, Fault, RuleSet, read_settings};

/// What a rule set says of a story with settings as JSON text (empty for its defaults).
///
/// It is asked twice and has to say the same, and the advice has to be sound.
///
/// ```
/// # use muster_rule_sdk::{Advice, Answer, Description, Fault, Finding, RuleSet, Situation, cite};
/// use muster_rule_sdk::testing::{Story, advised, told};
/// # struct Warm;
/// # impl RuleSet for Warm {
/// #     type Settings = serde::de::IgnoredAny;
/// #     fn describe() -> Description { Description::new("warm", "0.1.0", "Warm", "County protocol", []) }
/// #     fn advise(situation: &Situation, _: &Self::Settings) -> Result<Advice, Fault> {
/// #         let rule = cite!("County protocol 2", "light and heat", SectorPractice);
/// #         let verdict = situation.answer("power/on");
/// #         Ok(Advice::default().with(Finding::new("warm", "home", verdict, "The home is warm", [rule])))
/// #     }
/// # }
///
/// let story = Story::of_an_emergency_closure().answered("power/on", Answer::No);
/// let advice = advised::<Warm>(story, "").unwrap();
/// assert_eq!(told(&advice).trim_end(), "finding      warm                           no: The home is warm");
/// ```
///
/// # Errors
/// The fault of the rule set, settings that it does not take, or what is unsound in its advice.
pub fn advised<R: RuleSet>(story: Story, settings: &str) -> Result<Advice, Fault> {
    let settings = read_settings::<R>(settings).map_err(Fault::Settings)?;
    let situation = story.situation();
    let advice = R::advise(&situation, &settings)?;
    if R::advise(&situation, &settings)? != advice {
        return Err(Fault::Failed("it did not say the same twice: something in it is left to chance".to_owned()));
    }
    let problems = unsound(&situation, &advice);
    if problems.is_empty() { Ok(advice) } else { Err(Fault::Failed(problems.join("; "))) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{Answer, Description, Finding, Issue, Situation, cite};

    struct Fickle;

    impl RuleSet for Fickle {
        type Settings = serde::de::IgnoredAny;

        fn describe() -> Description {
            Description::new("fickle", "0.1.0", "Fickle", "nothing", [])
        }

        fn check(_: &Self::Settings) -> Vec<Issue> {
            Vec::new()
        }

        fn advise(situation: &Situation, _: &Self::Settings) -> Result<Advice, Fault> {
            static ASKED: AtomicU32 = AtomicU32::new(0);
            let cites = match situation.text("how") {
                Some("bare") => Vec::new(),
                Some(_) | None => vec![cite!("S1", "words", Plan)],
            };
            let title = match situation.text("how") {
                Some("counting") => ASKED.fetch_add(1, Ordering::Relaxed).to_string(),
                Some(_) | None => "The same each time".to_owned(),
            };
            Ok(Advice::default().with(Finding::new("one", "home", Answer::Yes, title, cites)))
        }
    }

    #[track_caller]
    fn fails(how: &str, says: &str) {
        let story = Story::of_an_emergency_closure().answered("how", how);
        assert_eq!(advised::<Fickle>(story, ""), Err(Fault::Failed(says.to_owned())));
    }

    #[test]
    fn what_differs_from_itself_or_cites_nothing_is_told() {
        fails("counting", "it did not say the same twice: something in it is left to chance");
        fails("bare", "one: cites nothing");
        assert!(advised::<Fickle>(Story::of_an_emergency_closure(), "").is_ok());
    }

    #[test]
    fn settings_that_cannot_be_read_are_told_with_their_place() {
        let fault = advised::<Fickle>(Story::of_an_emergency_closure(), "{} {}").unwrap_err();
        assert!(matches!(fault, Fault::Settings(issues) if issues.len() == 1));
    }
}
