//! `docs/rule-set-contract.md`: written from the comments of `wit/policy.wit`, so that the two cannot differ.
#![expect(clippy::wildcard_enum_match_arm, reason = "these are the parser's types, and the contract uses few of them")]

use std::fmt::Write as _;
use std::path::Path;

use expect_test::expect_file;
use wit_parser::{Docs, Function, Interface, Resolve, Type, TypeDef, TypeDefKind, WorldItem};

#[test]
fn the_page_on_the_contract_says_what_the_contract_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(root.join("wit")).unwrap();
    let page = page(&resolve, &resolve.packages[package]);
    expect_file![
        root.join("docs/rule-set-contract.md").canonicalize().unwrap_or(root.join("docs/rule-set-contract.md"))
    ]
    .assert_eq(&page);
}

fn page(resolve: &Resolve, package: &wit_parser::Package) -> String {
    let mut page = format!(
        "# The contract of a rule set\n\n\
         This page is written by a test from the comments of [wit/policy.wit](../wit/policy.wit); change that file, then run\n\
         `UPDATE_EXPECT=1 cargo test -p muster-tests --test it contract_page`.\n\
         How to write a rule set is in [writing-a-rule-set.md](writing-a-rule-set.md).\n\n\
         `{}`\n\n{}",
        package.name,
        text(&package.docs)
    );
    for (name, world) in &package.worlds {
        writeln!(page, "## The world `{name}`\n").unwrap();
        let world = &resolve.worlds[*world];
        page.push_str(&text(&world.docs));
        for (word, items) in [("May import", &world.imports), ("Exports", &world.exports)] {
            for (key, item) in items {
                if let WorldItem::Interface { .. } = item {
                    writeln!(page, "{word} `{}`.", resolve.name_world_key(key)).unwrap();
                }
            }
        }
        page.push('\n');
    }
    for (name, interface) in &package.interfaces {
        let interface = &resolve.interfaces[*interface];
        writeln!(page, "## The interface `{name}`\n").unwrap();
        page.push_str(&of_interface(resolve, interface));
    }
    format!("{}\n", page.trim_end())
}

/// The functions first: they say what the types are for.
fn of_interface(resolve: &Resolve, interface: &Interface) -> String {
    let mut page = text(&interface.docs);
    for function in interface.functions.values() {
        writeln!(page, "### `{}`\n\n`{}`\n", function.name, signature(resolve, function)).unwrap();
        page.push_str(&text(&function.docs));
    }
    for (name, id) in &interface.types {
        let found = &resolve.types[*id];
        writeln!(page, "### {} `{name}`\n", found.kind.as_str()).unwrap();
        page.push_str(&text(&found.docs));
        page.push_str(&of_type(resolve, found));
    }
    page
}

fn of_type(resolve: &Resolve, found: &TypeDef) -> String {
    let mut page = String::new();
    match &found.kind {
        TypeDefKind::Record(record) => {
            page.push_str("| field | type | |\n|---|---|---|\n");
            for field in &record.fields {
                writeln!(page, "| `{}` | {} | {} |", field.name, named(resolve, &field.ty), one_line(&field.docs))
                    .unwrap();
            }
        }
        TypeDefKind::Variant(variant) => {
            page.push_str("| case | holds | |\n|---|---|---|\n");
            for case in &variant.cases {
                let holds = case.ty.as_ref().map_or_else(|| "nothing".to_owned(), |held| named(resolve, held));
                writeln!(page, "| `{}` | {holds} | {} |", case.name, one_line(&case.docs)).unwrap();
            }
        }
        TypeDefKind::Enum(cases) if cases.cases.iter().all(|case| case.docs.contents.is_none()) => {
            let names: Vec<String> = cases.cases.iter().map(|case| format!("`{}`", case.name)).collect();
            writeln!(page, "One of {}.", names.join(", ")).unwrap();
        }
        TypeDefKind::Enum(cases) => {
            page.push_str("| case | |\n|---|---|\n");
            for case in &cases.cases {
                writeln!(page, "| `{}` | {} |", case.name, one_line(&case.docs)).unwrap();
            }
        }
        TypeDefKind::Type(other) => writeln!(page, "A {}.", named(resolve, other)).unwrap(),
        other => panic!("the contract has a {}, which this page cannot show yet", other.as_str()),
    }
    page.push('\n');
    page
}

fn signature(resolve: &Resolve, function: &Function) -> String {
    let given: Vec<String> =
        function.params.iter().map(|param| format!("{}: {}", param.name, spelt(resolve, &param.ty))).collect();
    let answer = function.result.as_ref().map(|result| format!(" -> {}", spelt(resolve, result))).unwrap_or_default();
    format!("{}({}){answer}", function.name, given.join(", "))
}

/// A type as the contract spells it, with a link to each type that this page describes.
fn named(resolve: &Resolve, given: &Type) -> String {
    let Type::Id(id) = given else { return format!("`{}`", spelt(resolve, given)) };
    let found = &resolve.types[*id];
    match (&found.name, &found.kind) {
        (Some(name), kind) => format!("[`{name}`](#{}-{name})", kind.as_str()),
        (None, TypeDefKind::List(of)) => format!("list of {}", named(resolve, of)),
        (None, TypeDefKind::Option(of)) => format!("{}, or absent", named(resolve, of)),
        (None, _) => format!("`{}`", spelt(resolve, given)),
    }
}

fn spelt(resolve: &Resolve, given: &Type) -> String {
    let Type::Id(id) = given else {
        let word = format!("{given:?}").to_lowercase();
        return word;
    };
    let found = &resolve.types[*id];
    if let Some(name) = &found.name {
        return name.clone();
    }
    let of = |given: &Option<Type>| given.as_ref().map_or_else(|| "_".to_owned(), |given| spelt(resolve, given));
    match &found.kind {
        TypeDefKind::List(of) => format!("list<{}>", spelt(resolve, of)),
        TypeDefKind::Option(of) => format!("option<{}>", spelt(resolve, of)),
        TypeDefKind::Result(result) => format!("result<{}, {}>", of(&result.ok), of(&result.err)),
        TypeDefKind::Tuple(tuple) => {
            let types: Vec<String> = tuple.types.iter().map(|given| spelt(resolve, given)).collect();
            format!("tuple<{}>", types.join(", "))
        }
        other => panic!("the contract has a {}, which this page cannot show yet", other.as_str()),
    }
}

fn text(docs: &Docs) -> String {
    docs.contents.as_deref().map_or_else(String::new, |said| format!("{}\n\n", said.trim()))
}

fn one_line(docs: &Docs) -> String {
    docs.contents.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
