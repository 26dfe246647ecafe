//! Commands: each goes out and comes in the same, and an empty one says what it lacks.

use std::collections::BTreeSet;

use muster_proto::command::{read_command, write_command};
use muster_proto::v1;
use muster_record::Command;
use muster_record::agency::{Agency, AgencyKind};
use muster_record::ids::AgencyId;
use muster_record::incident::participants;
use prost::Message as _;
use prost::encoding::{WireType, decode_key, encode_key, encode_varint};

use crate::descriptor::arms;

fn samples() -> Vec<Command> {
    include_str!("commands.jsonl").lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

pub(crate) fn known(id: &AgencyId) -> Option<Agency> {
    let title = "Integrated Care Board".to_owned();
    let icb = Agency { id: id.clone(), kind: AgencyKind::HealthCommissioner, title, successors: Vec::new() };
    (id.as_str() == "icb").then_some(icb)
}

/// The arm that a command's bytes begin with.
fn arm(wire: &v1::Command) -> u32 {
    decode_key(&mut wire.encode_to_vec().as_slice()).unwrap().0
}

#[test]
fn every_command_comes_in_as_it_went_out() {
    for command in samples() {
        let sent = v1::Command::decode(write_command(&command).encode_to_vec().as_slice()).unwrap();
        assert_eq!(read_command(&sent, "command", &known), Ok(command));
    }
}

#[test]
fn no_arm_is_without_a_sample() {
    let sampled: BTreeSet<u32> = samples().iter().map(|command| arm(&write_command(command))).collect();
    for (number, name) in arms("Command", "command") {
        assert!(sampled.contains(&number), "commands.jsonl has no {name}");
    }
}

#[test]
fn an_empty_command_of_each_kind_says_at_which_fields_it_lacks_something() {
    for (number, name) in arms("Command", "command") {
        let mut bytes = Vec::new();
        encode_key(number, WireType::LengthDelimited, &mut bytes);
        encode_varint(0, &mut bytes);
        let empty = v1::Command::decode(bytes.as_slice()).unwrap();
        match read_command(&empty, "commands[2]", &known) {
            Ok(command) => assert_eq!(command, participants::Command::Join.into(), "{name} asks for nothing"),
            Err(malformed) => {
                let within = format!("commands[2].{name}");
                assert!(malformed.violations.iter().all(|found| found.field.starts_with(&within)), "{malformed}");
            }
        }
    }
}

#[test]
fn a_command_that_is_not_set_is_said_at_its_own_place() {
    let malformed = read_command(&v1::Command { command: None }, "commands[0]", &known).unwrap_err();
    assert_eq!(malformed.to_string(), "commands[0] is not set: it asks for nothing that this version knows");
}
