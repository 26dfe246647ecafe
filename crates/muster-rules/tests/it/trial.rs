//! What somebody sends is compiled by a process of its own first, within limits.

use std::io;
use std::time::Duration;

use muster_rules::{Host, HostLimits, LoadError, Trial, compile_on_trial};

use crate::guests::misbehaving;
use crate::hostile::holding;

/// Not a claim: this test binary, run once more, is the child.
#[test]
fn as_the_child_it_compiles_what_it_reads() {
    if std::env::var_os("MUSTER_TRIAL").is_none() {
        return;
    }
    let limits: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let [memory, processor] = limits.as_slice() else { panic!("{limits:?}") };
    let code = compile_on_trial(*memory, *processor, io::stdin());
    // The harness would end well whatever came of it.
    std::process::exit(code.into());
}

fn trial() -> Trial {
    let words = ["trial::as_the_child_it_compiles_what_it_reads", "--exact", "--nocapture", "--skip", "nothing"];
    Trial::by(std::env::current_exe().unwrap(), words.map(str::to_owned).to_vec())
}

fn host(trial: Trial) -> Host {
    Host::new(HostLimits { component_bytes: 64 << 20, ..HostLimits::default() }).unwrap().with_trial(trial)
}

/// One function of 300,000 additions: small to send, and long to compile.
fn long_to_compile() -> Vec<u8> {
    // local 0 becomes local 0 times 7 plus local 0.
    let addition = [0x20, 0, 0x41, 7, 0x6c, 0x20, 0, 0x6a, 0x21, 0];
    let body = [&[0][..], &addition.repeat(300_000), &[0x20, 0, 0x0b]].concat();
    let module = [
        &b"\0asm\x01\0\0\0"[..],
        &section(1, &[1, 0x60, 1, 0x7f, 1, 0x7f]),
        &section(3, &[1, 0]),
        &section(10, &[&[1][..], &section(0, &body)[1..]].concat()),
    ];
    holding(1, &module.concat())
}

/// A section as it stands in a module: its kind, its length and itself.
fn section(kind: u8, content: &[u8]) -> Vec<u8> {
    holding(kind, content).split_off(8)
}

#[test]
fn what_does_well_on_trial_is_compiled_and_loaded() {
    let host = host(trial());
    host.load_on_trial(misbehaving(), "good").unwrap();
    assert_eq!(host.compilations(), 1);
}

#[test]
fn what_is_no_component_fails_its_trial_and_is_not_compiled_here() {
    let host = host(trial());
    for bytes in [&b""[..], b"{}", b"\0asm\x01\0\0\0", &misbehaving()[..1_000]] {
        let error = host.load_on_trial(bytes, "").unwrap_err();
        assert!(matches!(error, LoadError::NotAComponent { .. }), "{error}");
    }
    assert_eq!(host.compilations(), 0);
}

#[test]
fn what_takes_too_long_to_compile_is_stopped() {
    let trial = Trial { processor: Duration::from_secs(1), ..trial() };
    let host = host(trial);
    let error = host.load_on_trial(&long_to_compile(), "").unwrap_err();
    let LoadError::TooCostly { detail } = &error else { panic!("{error}") };
    assert!(detail.contains("1 s of processor time"), "{detail}");
    assert_eq!(host.compilations(), 0);
}

#[test]
fn what_takes_too_much_memory_to_compile_is_stopped() {
    let trial = Trial { memory_bytes: 192 << 20, ..trial() };
    let host = host(trial);
    let error = host.load_on_trial(&long_to_compile(), "").unwrap_err();
    assert!(matches!(error, LoadError::TooCostly { .. }), "{error}");
    assert_eq!(host.compilations(), 0);
}

#[test]
fn where_there_can_be_no_trial_nothing_is_compiled() {
    let host = host(Trial { program: "/nowhere/muster".into(), ..trial() });
    let error = host.load_on_trial(misbehaving(), "good").unwrap_err();
    let LoadError::TooCostly { detail } = &error else { panic!("{error}") };
    assert!(detail.contains("could not be tried out"), "{detail}");
    assert_eq!(host.compilations(), 0);
}
