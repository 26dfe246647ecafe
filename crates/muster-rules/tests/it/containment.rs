//! Whatever a rule set does, it is contained, and the next call is right.

use std::time::Duration;

use muster_rules::{FailureClass, Host, HostLimits, LoadedRuleSet, LogLevel};

use crate::guests::{evaluate, expect_failure, misbehaving, set_to};
use crate::situations::rosebank;

/// Claims that the misbehaviour comes to this class, and that the very next good call is as it ever was.
#[track_caller]
fn contained(settings: &str, class: FailureClass, says: &str) {
    let before = evaluate("good");
    expect_failure(settings, class, says);
    let after = evaluate("good");
    assert!(after.outcome.is_ok());
    assert_eq!(before, after);
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    contained("loop", FailureClass::OutOfFuel, "used up its instructions, in");
    let evaluated = evaluate("loop");
    assert_eq!(evaluated.fuel_used, evaluated.fuel_limit);
}

#[test]
fn an_endless_loop_with_fuel_to_burn_runs_out_of_time() {
    let limits = HostLimits { fuel: u64::MAX, timeout: Duration::from_millis(50), ..HostLimits::default() };
    let host = Host::new(limits).unwrap();
    let failure = host.load(misbehaving(), "loop").unwrap().advise(&rosebank()).outcome.unwrap_err();
    assert_eq!(failure.class, FailureClass::TimedOut, "{failure}");
    assert!(host.load(misbehaving(), "good").unwrap().advise(&rosebank()).outcome.is_ok());
}

#[test]
fn a_panic_is_a_trap_and_its_message_reaches_the_log() {
    contained("panic", FailureClass::Trapped, "unreachable");
    let log = evaluate("panic").log;
    let [line] = log.as_slice() else { panic!("{log:?}") };
    assert_eq!(line.level, LogLevel::Error);
    assert!(line.message.contains("the author forgot 1 people[2J"), "{line:?}");
}

#[test]
fn a_trap_says_in_which_functions_it_was() {
    let failure = evaluate("recurse").outcome.unwrap_err();
    assert!(failure.detail.contains("misbehaving::recurse"), "{failure}");
}

#[test]
fn recursion_without_end_is_a_trap() {
    contained("recurse", FailureClass::Trapped, "call stack exhausted");
}

#[test]
fn memory_without_end_is_refused() {
    contained("allocate", FailureClass::TooMuchMemory, "and may have 67108864");
    assert!(evaluate("allocate").peak_memory <= 64 << 20);
}

#[test]
fn one_huge_text_is_not_taken_over() {
    contained("huge-output", FailureClass::TooMuchOutput, "more than the host takes over");
}

#[test]
fn many_long_texts_are_not_taken_over() {
    contained("many-long-titles", FailureClass::TooMuchOutput, "more than the host takes over");
}

#[test]
fn a_rule_set_may_say_that_it_failed() {
    contained("says-failed", FailureClass::Said, "not today");
    contained("says-settings", FailureClass::BadSettings, "/x: gone");
}

#[test]
fn a_long_failure_is_cut() {
    let failure = evaluate("long-failure").outcome.unwrap_err();
    assert_eq!(failure.detail.chars().count(), 2_000);
    assert!(failure.detail.ends_with("é..."));
}

#[test]
fn a_chatty_rule_set_is_cut_short_and_the_log_says_so() {
    let log = evaluate("chatter").log;
    assert_eq!(log.len(), 101);
    assert!(log.iter().all(|line| line.message.chars().count() <= 1_000));
    assert!(log[3].message.starts_with("3yyy"), "without its escape");
    assert_eq!(log[100].message, "(50 more lines were left out)");
}

#[test]
fn nothing_is_left_of_one_call_for_the_next() {
    let rules = set_to("remember");
    let first = rules.advise(&rosebank());
    assert_eq!(first.outcome.as_ref().unwrap().items[0].key(), "call-1");
    assert_eq!(rules.advise(&rosebank()), first);
}

#[test]
fn a_failure_to_check_settings_is_told_apart_from_settings_that_will_not_do() {
    let rules = set_to("good");
    assert_eq!(rules.check_settings("loop"), Ok(()));
    let refused = rules.check_settings("refused").unwrap_err();
    assert_eq!(refused.to_string(), "the settings will not do: /a: is wrong");
    let failed = rules.check_settings("panics-on-settings").unwrap_err();
    assert!(failed.to_string().contains("failed while it checked the settings: trapped"), "{failed}");
}

#[test]
fn a_rule_set_that_finds_the_pool_full_is_busy_and_does_not_wait() {
    let limits =
        HostLimits { fuel: u64::MAX, timeout: Duration::from_millis(300), instances: 1, ..HostLimits::default() };
    let host = Host::new(limits).unwrap();
    let (endless, good) = (host.load(misbehaving(), "loop").unwrap(), host.load(misbehaving(), "good").unwrap());
    let is_busy = |rules: &LoadedRuleSet| matches!(rules.advise(&rosebank()).outcome, Err(failure) if failure.class == FailureClass::Busy);
    let was_busy = std::thread::scope(|scope| {
        // The good one may hold the only instance when the endless one comes, which then tries again.
        let running = scope.spawn(|| while is_busy(&endless) {});
        let mut was_busy = false;
        while !running.is_finished() {
            was_busy |= is_busy(&good);
        }
        was_busy
    });
    assert!(was_busy);
    assert!(good.advise(&rosebank()).outcome.is_ok());
}
