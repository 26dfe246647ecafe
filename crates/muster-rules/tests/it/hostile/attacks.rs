//! The attacks, by what they go for.

use std::sync::OnceLock;

use super::{Described, Guest, HONEST, MEMORY, REALLOC, holding, raw};
use crate::guests::{build, misbehaving};

/// Every attack, with its name.
pub(super) fn all() -> &'static [(String, Vec<u8>)] {
    static ALL: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    ALL.get_or_init(made)
}

fn made() -> Vec<(String, Vec<u8>)> {
    let groups = [
        ("file", files()),
        ("gate", gates()),
        ("size", sizes()),
        ("start", starts()),
        ("describe", describes()),
        ("realloc", reallocs()),
        ("log", logs()),
        ("advise", advises()),
        ("answer", answers()),
    ];
    let named = groups
        .into_iter()
        .flat_map(|(group, attacks)| attacks.into_iter().map(move |(name, bytes)| (format!("{group}: {name}"), bytes)));
    named.collect()
}

type Attacks = Vec<(&'static str, Vec<u8>)>;

/// What is not a component, or not a whole one.
fn files() -> Attacks {
    let whole = misbehaving();
    let mut flipped = whole.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 64].fill(0xff);
    vec![
        ("nothing at all", Vec::new()),
        ("text", b"#!/bin/sh\nreboot\n".to_vec()),
        ("a core module", wat::parse_str("(module)").unwrap()),
        ("cut in half", whole[..whole.len() / 2].to_vec()),
        ("64 bytes flipped in the middle", flipped),
        ("rubbish behind the end", [whole, &[0xff; 16]].concat()),
        ("an empty component", raw("")),
    ]
}

/// What asks for more than the log, or is not what it is called.
fn gates() -> Attacks {
    let import = |name: &str| raw(&format!(r#"(import "{name}" (instance (export "f" (func))))"#));
    vec![
        ("files", import("wasi:filesystem/preopens@0.2.0")),
        ("the network", import("wasi:sockets/tcp@0.2.0")),
        ("a clock", import("wasi:clocks/wall-clock@0.2.0")),
        ("randomness", import("wasi:random/random@0.2.0")),
        ("the environment", import("wasi:cli/environment@0.2.0")),
        ("the log of another version", import("muster:policy/log@0.2.0")),
        ("another rule set", import("muster:policy/rules@0.1.0")),
        ("a core module from the host", raw(r#"(import "m" (core module))"#)),
        ("one function of three", build("missing-function")),
        ("three functions of other types", build("other-contract")),
    ]
}

/// What is too much before anything runs.
fn sizes() -> Attacks {
    let memories = "(memory 1)".repeat(5);
    let instances = format!("(core module $m) {}", "(core instance (instantiate $m))".repeat(100));
    let nested = (0..1_200).fold(raw(""), |inner, _| holding(4, &inner));
    let locals = format!("(core module (func (local {})))", "i64 ".repeat(60_000));
    let functions = format!("(core module {})", "(func)".repeat(5_000));
    let deep = format!("(core module (func {} {}))", "block ".repeat(60_000), "end ".repeat(60_000));
    let inside = |module: &str| raw(&format!("(core module $m {module}) (core instance (instantiate $m))"));
    vec![
        ("five memories", inside(&memories)),
        ("125 MiB of memory to begin with", inside("(memory 2000)")),
        ("4 GiB of memory to begin with", inside("(memory 65536)")),
        ("a memory of 64 bits", inside("(memory i64 1)")),
        ("a memory shared between threads", inside("(memory 1 2 shared)")),
        ("a table of a million", inside("(table 1000000 funcref)")),
        ("a hundred instances", raw(&instances)),
        ("components 1,200 deep", nested),
        ("60,000 locals", raw(&locals)),
        ("5,000 functions", raw(&functions)),
        ("60,000 blocks deep", raw(&deep)),
        ("tail calls", inside("(func $f return_call $f)")),
        ("5 MiB of it", Guest::with(&format!("(data (i32.const 65536) \"{}\")", "x".repeat(5 << 20)))),
    ]
}

/// What attacks before it is asked anything.
fn starts() -> Attacks {
    vec![
        ("a loop", Guest::with("(start $s) (func $s (loop br 0))")),
        ("a trap", Guest::with("(start $s) (func $s unreachable)")),
        ("recursion", Guest::with("(start $s) (func $s call $s)")),
        ("memory", Guest::with("(start $s) (func $s (loop i32.const 64 memory.grow drop br 0))")),
        ("data beyond the end of memory", Guest::with(r#"(data (i32.const 1048570) "0123456789")"#)),
        ("elements beyond the end of a table", Guest::with("(table 1 funcref) (elem (i32.const 9) $advise)")),
    ]
}

/// What lies about itself.
fn describes() -> Attacks {
    vec![
        ("a loop", Guest::describing("(loop br 0) i32.const 64")),
        ("a trap", Guest::describing("unreachable")),
        ("an answer beyond the end of memory", Guest::describing("i32.const 0x7ffffff0")),
        ("an answer at an odd place", Guest::describing("i32.const 65")),
        ("a name of 4 GiB", Guest::described(&Described { name: (1024, u32::MAX), ..HONEST })),
        ("a name that is no text", Guest::described(&Described { name: (1041, 1), ..HONEST })),
        ("a name that is a path", {
            let top = format!("{MEMORY} {}", Described { name: (2048, 12), ..HONEST }.data());
            Guest { top: format!("{top} (data (i32.const 2048) \"../../etc/pw\")"), ..Guest::honest() }.component()
        }),
        ("a kind of incident that there is not", Guest::described(&Described { concerns: (1041, 1), ..HONEST })),
        ("a thousand million kinds of incident", Guest::described(&Described { concerns: (1040, 1 << 30), ..HONEST })),
        ("neither here nor not", Guest::described(&Described { review_due: 7, ..HONEST })),
        ("a schema of a megabyte", Guest::described(&Described { schema: (0, 1 << 20), ..HONEST })),
    ]
}

/// What goes for the host while it copies the question in.
fn reallocs() -> Attacks {
    let bomb = format!("i32.const 1024 memory.grow drop {}", REALLOC.replace("(local $at i32)", ""));
    vec![
        ("a loop", Guest::allocating("(loop br 0) i32.const 0")),
        ("a trap", Guest::allocating("unreachable")),
        ("beyond the end of memory", Guest::allocating("i32.const 0x7ffffff0")),
        ("below nothing", Guest::allocating("i32.const -8")),
        ("at an odd place", Guest::allocating("i32.const 4097")),
        ("over its own description", Guest::allocating("i32.const 64")),
        ("a bomb", Guest::allocating(&format!("(local $at i32) {bomb}"))),
    ]
}

/// What goes for whoever reads the log.
fn logs() -> Attacks {
    vec![
        ("without end", Guest::advising("(loop i32.const 0 i32.const 1024 i32.const 7 call $log br 0) i32.const 512")),
        (
            "beyond the end of memory",
            Guest::advising("i32.const 0 i32.const 1048570 i32.const 99 call $log i32.const 512"),
        ),
        (
            "at a loudness that there is not",
            Guest::advising("i32.const 9 i32.const 1024 i32.const 7 call $log i32.const 512"),
        ),
        ("that is no text", Guest::advising("i32.const 0 i32.const 1041 i32.const 1 call $log i32.const 512")),
    ]
}

/// What attacks when it is asked.
fn advises() -> Attacks {
    let table = "(table $t 4 4000000000 funcref) (elem (i32.const 0) $advise)";
    vec![
        ("a loop", Guest::advising("(loop br 0) i32.const 512")),
        ("recursion", Guest::advising("local.get 0 call $advise")),
        ("recursion with much on the stack", {
            let top = format!("(func $deep (local {}) call $deep)", "i64 ".repeat(1_000));
            Guest::with_and_advising(&top, "call $deep i32.const 512")
        }),
        ("a trap", Guest::advising("unreachable")),
        ("a division by nothing", Guest::advising("i32.const 1 i32.const 0 i32.div_s")),
        ("a division beyond the numbers", Guest::advising("i32.const 0x80000000 i32.const -1 i32.div_s")),
        ("not a number as one", Guest::advising("f32.const nan i32.trunc_f32_s")),
        ("memory, page by page", Guest::advising("(loop i32.const 1 memory.grow drop br 0) i32.const 512")),
        ("all memory at once", Guest::advising("i32.const 65535 memory.grow")),
        ("reading beyond the end of memory", Guest::advising("i32.const -4 i32.load")),
        ("writing beyond the end of memory", Guest::advising("i32.const -4 i32.const 1 i32.store i32.const 512")),
        (
            "filling memory over and over",
            Guest::advising("(loop i32.const 4096 i32.const 7 i32.const 1000000 memory.fill br 0) i32.const 512"),
        ),
        (
            "copying memory over and over",
            Guest::advising("(loop i32.const 4096 i32.const 8192 i32.const 1000000 memory.copy br 0) i32.const 512"),
        ),
        (
            "growing a table",
            Guest::with_and_advising(
                table,
                "(loop ref.null func i32.const 10000 table.grow $t drop br 0) i32.const 512",
            ),
        ),
        (
            "a call of nothing",
            Guest::with_and_advising(table, "local.get 0 i32.const 2 call_indirect $t (type $unary)"),
        ),
        (
            "a call of another type",
            Guest::with_and_advising(table, "i32.const 0 call_indirect $t (param) (result i32)"),
        ),
        (
            "a call beyond the table",
            Guest::with_and_advising(table, "local.get 0 i32.const 99 call_indirect $t (type $unary)"),
        ),
        (
            "a loop behind the answer",
            Guest::with(r#"(func (export "cabi_post_muster:policy/rules@0.1.0#advise") (param i32) (loop br 0))"#),
        ),
        (
            "a trap behind the answer",
            Guest::with(r#"(func (export "cabi_post_muster:policy/rules@0.1.0#advise") (param i32) unreachable)"#),
        ),
    ]
}

/// What goes for the host by the answer: 512 is where it stands, a byte for whether there is advice, its lists at 520.
fn answers() -> Attacks {
    let list = |at: u32, from: &str, count: &str| {
        let length = at.saturating_add(4);
        format!(
            "i32.const {at} i32.const {from} i32.store i32.const {length} i32.const {count} i32.store i32.const 512"
        )
    };
    // A remark is a key, what it rests on, and tags: 8 + 12 + 8 bytes. Findings of zeros are empty texts.
    let aliased = "i32.const 65536 local.set $at
        (loop local.get $at i32.const 2048 i32.store local.get $at i32.const 58000 i32.store offset=4
              local.get $at i32.const 8 i32.add local.tee $at i32.const 1000000 i32.lt_u br_if 0)
        i32.const 61000 i32.const 0 i32.store i32.const 61028 i32.const 65536 i32.store i32.const 61032 i32.const 100000 i32.store";
    vec![
        ("beyond the end of memory", Guest::advising("i32.const 0x7ffffff0")),
        ("at an odd place", Guest::advising("i32.const 513")),
        ("neither advice nor a fault", Guest::advising("i32.const 512 i32.const 9 i32.store8 i32.const 512")),
        ("more findings than there is memory", Guest::advising(&list(520, "4096", "100000000"))),
        ("findings at the end of memory", Guest::advising(&list(520, "1048572", "1"))),
        ("findings without keys", Guest::advising(&list(520, "32768", "2001"))),
        ("20,000 findings", Guest::advising(&list(520, "32768", "20000"))),
        ("a hundred thousand texts that are one", Guest::advising(&format!("{aliased} {}", list(520, "61000", "1")))),
        (
            "a text of 24 MiB",
            Guest::advising(
                "i32.const 400 memory.grow drop i32.const 61004 i32.const 25165824 i32.store i32.const 520 i32.const 61000 i32.store i32.const 524 i32.const 1 i32.store i32.const 512",
            ),
        ),
        ("another look in no time", Guest::advising("i32.const 608 i32.const 2 i32.store8 i32.const 512")),
        ("another look in the past", Guest::advising("i32.const 608 i32.const 1 i32.store8 i32.const 512")),
    ]
}
