//! `docs/api-reference.md` and the table of reasons in `docs/integrating.md`, written from the comments of the protos and
//! from what the client does, so that they cannot differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use muster_client::reason::{Advice, advice};
use muster_proto::v1::ErrorReason;
use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// The numbers of the fields in a descriptor, of which the paths of comments are made.
const MESSAGES: i32 = 4;
const ENUMS: i32 = 5;
const SERVICES: i32 = 6;
const MEMBERS: i32 = 2;
const NESTED: i32 = 3;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs").join(name)
}

/// A file of the protos with its comments by path.
struct Described {
    file: FileDescriptorProto,
    comments: BTreeMap<Vec<i32>, String>,
}

impl Described {
    fn of(&self, path: &[i32]) -> String {
        let said = self.comments.get(path).map_or("", String::as_str);
        said.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
    }
}

fn described() -> Vec<Described> {
    let set = FileDescriptorSet::decode(muster_proto::FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "muster.v1");
    let with_comments = ours.map(|file| {
        let places = file.source_code_info.iter().flat_map(|info| info.location.iter());
        let comments = places.map(|place| (place.path.clone(), place.leading_comments().to_owned())).collect();
        Described { file, comments }
    });
    let mut all: Vec<Described> = with_comments.collect();
    all.sort_by(|one, other| one.file.name().cmp(other.file.name()));
    all
}

fn number(place: usize) -> i32 {
    i32::try_from(place).unwrap()
}

/// A type without the package, with a link where this page describes it.
fn named(full: &str) -> String {
    match full.strip_prefix(".muster.v1.") {
        Some(ours) => format!("[`{ours}`](#{})", ours.to_lowercase().replace('.', "")),
        None => format!("`{}`", full.trim_start_matches('.')),
    }
}

fn typed(field: &FieldDescriptorProto) -> String {
    let of = field.r#type();
    let word = if matches!(of, Type::Message | Type::Enum) {
        named(field.type_name())
    } else {
        format!("`{}`", of.as_str_name().trim_start_matches("TYPE_").to_lowercase())
    };
    let many = field.label() == Label::Repeated;
    if many {
        format!("repeated {word}")
    } else if field.proto3_optional() {
        format!("optional {word}")
    } else {
        word
    }
}

fn of_message(page: &mut String, of: &Described, message: &DescriptorProto, path: &[i32], within: &str) {
    let name = format!("{within}{}", message.name());
    writeln!(page, "### {name}\n\n{}\n", of.of(path)).unwrap();
    if !message.field.is_empty() {
        page.push_str("| field | no. | type | |\n|---|---|---|---|\n");
    }
    for (place, field) in message.field.iter().enumerate() {
        let said = of.of(&[path, &[MEMBERS, number(place)]].concat());
        let one = field.oneof_index.filter(|_| !field.proto3_optional());
        let one = one.map_or_else(String::new, |one| {
            let group = message.oneof_decl.get(usize::try_from(one).unwrap()).unwrap();
            format!("one of `{}`: ", group.name())
        });
        writeln!(page, "| `{}` | {} | {} | {one}{said} |", field.name(), field.number(), typed(field)).unwrap();
    }
    page.push('\n');
    for (place, nested) in message.nested_type.iter().enumerate() {
        of_message(page, of, nested, &[path, &[NESTED, number(place)]].concat(), &format!("{name}."));
    }
}

fn of_enum(page: &mut String, of: &Described, listed: &EnumDescriptorProto, path: &[i32]) {
    writeln!(page, "### {}\n\n{}\n\n| value | no. | |\n|---|---|---|", listed.name(), of.of(path)).unwrap();
    for (place, value) in listed.value.iter().enumerate() {
        let said = of.of(&[path, &[MEMBERS, number(place)]].concat());
        writeln!(page, "| `{}` | {} | {said} |", value.name(), value.number()).unwrap();
    }
    page.push('\n');
}

fn reference() -> String {
    let mut page = "# API reference\n\n\
        This page lists every call, message and value of `muster.v1`, from the comments of [proto/muster/v1](../proto/muster/v1/record.proto).\n\
        It is written by a test: change the protos, then run `UPDATE_EXPECT=1 cargo test -p muster-tests --test it api_pages`.\n\
        How they are used is in [integrating.md](integrating.md).\n\n## Calls\n\n"
        .to_owned();
    let all = described();
    for of in &all {
        for (at, service) in of.file.service.iter().enumerate() {
            writeln!(page, "### {}\n\n{}\n", service.name(), of.of(&[SERVICES, number(at)])).unwrap();
            page.push_str("| call | asks with | answers with | |\n|---|---|---|---|\n");
            for (place, call) in service.method.iter().enumerate() {
                let stream = |is: bool| if is { "stream of " } else { "" };
                let (asks, answers) = (stream(call.client_streaming()), stream(call.server_streaming()));
                let said = of.of(&[SERVICES, number(at), MEMBERS, number(place)]);
                let (from, to) = (named(call.input_type()), named(call.output_type()));
                writeln!(page, "| `{}` | {asks}{from} | {answers}{to} | {said} |", call.name()).unwrap();
            }
            page.push('\n');
        }
    }
    for of in &all {
        if of.file.message_type.is_empty() && of.file.enum_type.is_empty() {
            continue;
        }
        writeln!(page, "## {}\n", of.file.name()).unwrap();
        for (at, message) in of.file.message_type.iter().enumerate() {
            of_message(&mut page, of, message, &[MESSAGES, number(at)], "");
        }
        for (at, listed) in of.file.enum_type.iter().enumerate() {
            of_enum(&mut page, of, listed, &[ENUMS, number(at)]);
        }
    }
    format!("{}\n", page.trim_end())
}

/// Each reason with what the protos say of it and what the client does.
fn reasons() -> String {
    let all = described();
    let of = all.iter().find(|of| of.file.name().ends_with("errors.proto")).unwrap();
    let listed = of.file.enum_type.iter().position(|listed| listed.name() == "ErrorReason").unwrap();
    let told: BTreeMap<Advice, &str> = Advice::ALL.into_iter().collect();
    let mut table = "| reason | what it says | what to do |\n|---|---|---|\n".to_owned();
    for (place, value) in of.file.enum_type[listed].value.iter().enumerate() {
        if value.number() == 0 {
            continue;
        }
        let reason = ErrorReason::try_from(value.number()).unwrap();
        let said = of.of(&[ENUMS, number(listed), MEMBERS, number(place)]);
        let name = value.name().trim_start_matches("ERROR_REASON_");
        writeln!(table, "| `{name}` | {said} | {} |", told[&advice(reason)]).unwrap();
    }
    table
}

#[test]
fn the_api_reference_says_what_the_protos_say() {
    let page = reference();
    assert!(page.contains("Carries out commands on one incident in order, all or none"), "the comments are in it");
    expect_file![docs("api-reference.md")].assert_eq(&page);
}

#[test]
fn the_guide_says_of_every_reason_what_to_do() {
    let page = include_str!("integrating.md.in").replace("{{reasons}}\n", &reasons());
    expect_file![docs("integrating.md")].assert_eq(&page);
}

#[test]
fn the_file_in_typescript_asks_again_for_the_reasons_that_the_rust_client_does() {
    let text = include_str!("../../examples/typescript/muster.ts");
    let list = text.split("const PASSES = new Set([").nth(1).unwrap().split("]);").next().unwrap();
    let mut there: Vec<&str> =
        list.split(',').map(|word| word.trim().trim_matches('"')).filter(|word| !word.is_empty()).collect();
    there.sort_unstable();
    let mut here = Vec::new();
    for number in 1..1_000 {
        let Ok(reason) = ErrorReason::try_from(number) else { continue };
        if advice(reason).passes() {
            here.push(reason.as_str_name().trim_start_matches("ERROR_REASON_"));
        }
    }
    here.sort_unstable();
    assert_eq!(there, here);
}
