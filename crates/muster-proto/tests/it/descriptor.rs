//! The descriptor: what it holds, and that all of it is explained.

use std::collections::{BTreeMap, BTreeSet};

use muster_proto::FILE_DESCRIPTOR_SET;
use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// Our files, without what they import.
fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    set.file.into_iter().filter(|file| file.package() == "muster.v1").collect()
}

/// The arms of a message's oneof: name by field number.
pub(crate) fn arms(message: &str, oneof: &str) -> BTreeMap<u32, String> {
    let messages = files().into_iter().flat_map(|file| file.message_type);
    let message = messages.into_iter().find(|found| found.name() == message).unwrap();
    let index = message.oneof_decl.iter().position(|found| found.name() == oneof).unwrap();
    let fields =
        message.field.iter().filter(|field| field.oneof_index.is_some_and(|of| usize::try_from(of) == Ok(index)));
    fields.map(|field| (u32::try_from(field.number()).unwrap(), field.name().to_owned())).collect()
}

/// The cases of an enum, by name, the one for "not set" left out.
pub(crate) fn cases(name: &str) -> BTreeSet<String> {
    let enums = files().into_iter().flat_map(|file| file.enum_type);
    let found = enums.into_iter().find(|found| found.name() == name).unwrap();
    found.value.iter().filter(|value| value.number() != 0).map(|value| value.name().to_owned()).collect()
}

fn of_message(message: &DescriptorProto, path: &[i32], name: &str, all: &mut Vec<(Vec<i32>, String)>) {
    let within = |kind: i32, index: usize| [path, &[kind, i32::try_from(index).unwrap()]].concat();
    all.push((path.to_vec(), name.to_owned()));
    for (index, field) in message.field.iter().enumerate() {
        all.push((within(2, index), format!("{name}.{}", field.name())));
    }
    for (index, oneof) in message.oneof_decl.iter().enumerate() {
        // A leading underscore: what stands for a field that is `optional`.
        if !oneof.name().starts_with('_') {
            all.push((within(8, index), format!("{name}.{}", oneof.name())));
        }
    }
    // The entries of a map are made by the compiler: the field says what they are.
    let is_entry =
        |nested: &DescriptorProto| nested.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry);
    for (index, nested) in message.nested_type.iter().enumerate().filter(|(_, nested)| !is_entry(nested)) {
        of_message(nested, &within(3, index), &format!("{name}.{}", nested.name()), all);
    }
}

/// All that has to be explained: its path in the descriptor, and its name.
fn explained(file: &FileDescriptorProto) -> Vec<(Vec<i32>, String)> {
    let mut all = Vec::new();
    let path = |kind: i32, index: usize| vec![kind, i32::try_from(index).unwrap()];
    for (index, message) in file.message_type.iter().enumerate() {
        of_message(message, &path(4, index), message.name(), &mut all);
    }
    for (index, list) in file.enum_type.iter().enumerate() {
        all.push((path(5, index), list.name().to_owned()));
        for (value, case) in list.value.iter().enumerate() {
            all.push(([path(5, index), path(2, value)].concat(), case.name().to_owned()));
        }
    }
    for (index, service) in file.service.iter().enumerate() {
        all.push((path(6, index), service.name().to_owned()));
        for (method, rpc) in service.method.iter().enumerate() {
            all.push(([path(6, index), path(2, method)].concat(), format!("{}.{}", service.name(), rpc.name())));
        }
    }
    all
}

#[test]
fn everything_in_the_protos_is_explained() {
    let mut silent = Vec::new();
    for file in files() {
        let locations = &file.source_code_info.as_ref().unwrap().location;
        let spoken: BTreeSet<&[i32]> = locations
            .iter()
            .filter(|location| !location.leading_comments().trim().is_empty())
            .map(|location| location.path.as_slice())
            .collect();
        let all = explained(&file).into_iter();
        silent.extend(all.filter(|(path, _)| !spoken.contains(path.as_slice())).map(|(_, name)| name));
    }
    assert!(silent.is_empty(), "no comment on: {}", silent.join(", "));
}

#[test]
fn requests_and_responses_are_named_after_their_method() {
    for service in files().iter().flat_map(|file| &file.service) {
        assert!(service.name().ends_with("Service"), "{}", service.name());
        for method in &service.method {
            assert_eq!(method.input_type(), format!(".muster.v1.{}Request", method.name()));
            assert_eq!(method.output_type(), format!(".muster.v1.{}Response", method.name()));
        }
    }
}

#[test]
fn enum_values_begin_with_the_name_of_their_enum_and_zero_is_unspecified() {
    for list in files().iter().flat_map(|file| &file.enum_type) {
        let prefix = list.value[0].name().strip_suffix("UNSPECIFIED").unwrap_or_default();
        assert!(!prefix.is_empty(), "{}", list.name());
        assert_eq!(prefix.replace('_', "").to_lowercase(), list.name().to_lowercase());
        assert_eq!(list.value[0].number(), 0);
        assert!(list.value.iter().all(|value| value.name().starts_with(prefix)), "{}", list.name());
    }
}
