//! Messages of the wire: what a client sends, before anybody asks who it is that may.

use muster_exercise::{Asked, SCENARIOS, What, parse};
use muster_proto::command::write_command;
use muster_proto::{Malformed, person, query, request, settings, v1, webhook};
use muster_record::agency::{Agency, AgencyKind};
use muster_record::ids::AgencyId;
use prost::Message;

use crate::Read;

/// Every agency is known.
fn anybody(id: &AgencyId) -> Option<Agency> {
    Some(Agency { id: id.clone(), kind: AgencyKind::Council, title: id.to_string(), successors: Vec::new() })
}

/// A request decoded and read; refused where it cannot be decoded.
fn read<M: Message + Default, T>(data: &[u8], reads: impl Fn(&M) -> Result<T, Malformed>) -> Read {
    let Ok(wire) = M::decode(data) else { return Read::Refused };
    let read = reads(&wire);
    if let Err(Malformed { violations }) = &read {
        assert!(!violations.is_empty());
    }
    Read::of(&read)
}

/// The first byte says which message the others are.
pub(crate) fn body(data: &[u8]) -> Read {
    let Some((which, data)) = data.split_first() else { return Read::Refused };
    match which % 21 {
        0 => append(data),
        1 => read(data, request::read_open),
        2 => read(data, query::read_read),
        3 => read(data, query::read_watch),
        4 => read(data, query::read_get_incident),
        5 => read(data, query::read_list_incidents),
        6 => read(data, query::read_get_report),
        7 => read(data, query::read_explain_access),
        8 => read(data, query::read_list_proposals),
        9 => read(data, query::read_explain_proposal),
        10 => read(data, settings::read_check_settings),
        11 => read(data, settings::read_change_settings),
        12 => read(data, webhook::read_register),
        13 => read(data, webhook::read_redeliver),
        14 => read(data, webhook::read_send),
        15 => read(data, person::read_seal),
        16 => read(data, person::read_look),
        17 => read(data, person::read_export),
        18 => read(data, person::read_erase),
        19 => read(data, person::read_expire),
        _ => read(data, person::read_list_audit),
    }
}

/// What is read of an append is what is meant: written out and read again it is the same.
fn append(data: &[u8]) -> Read {
    let Ok(wire) = v1::AppendRequest::decode(data) else { return Read::Refused };
    let read = request::read_append(&wire, &anybody);
    if let Ok(append) = &read {
        let commands = append.commands.iter().map(write_command).collect();
        let again = v1::AppendRequest { commands, ..wire };
        let again = request::read_append(&again, &anybody).unwrap();
        assert_eq!(again.commands, append.commands);
    }
    Read::of(&read)
}

/// Every command of every scenario, as a partner's system would send it.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let steps = SCENARIOS.iter().filter_map(|scenario| parse(scenario.script).ok()).flat_map(|script| script.steps);
    let asked = steps.filter_map(|step| if let What::Commands(asked) = step.what { Some(asked) } else { None });
    let ready =
        asked.flatten().filter_map(|asked| if let Asked::Ready(command) = asked { Some(command) } else { None });
    let options = v1::WriteOptions { request_id: "seed-1".to_owned(), ..v1::WriteOptions::default() };
    let message = |command: &muster_record::Command| {
        let incident_id = "0190a5b0c6d47d0e8f0a1b2c3d4e5f60".to_owned();
        let commands = vec![write_command(command)];
        let wire = v1::AppendRequest { incident_id, options: Some(options.clone()), commands };
        [&[0], wire.encode_to_vec().as_slice()].concat()
    };
    ready.map(|command| message(&command)).collect()
}
