//! Every call there is, put together from the descriptors: none tells a region who somebody is, nor a stranger anything.

use std::time::Duration;

use http::uri::PathAndQuery;
use muster_proto::v1;
use muster_record::agency::Interest;
use muster_record::entry::Class;
use muster_record::incident::participants;
use muster_record::incident::sharing::{self, Emergency};
use prost::Message as _;
use prost::bytes::{Buf as _, BufMut as _, Bytes};
use prost::encoding::{WireType, encode_key, encode_varint};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Request, Status};

use crate::home::{Home, REGION, fresh_request, soon};
use crate::participant::{Participant, invite};
use crate::people::seal;
use crate::seeing::register;

/// A name that nothing else says.
const NAME: &str = "Quillon Abernethy-Zzyzx";
/// A title that nothing else says.
const TITLE: &str = "Rosebank of the stranger";

/// Messages as bytes, whatever they are.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// A method of the API.
struct Method {
    path: String,
    input: String,
}

fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(muster_proto::FILE_DESCRIPTOR_SET).unwrap()
}

fn methods(of: &FileDescriptorSet) -> Vec<Method> {
    let services = of.file.iter().flat_map(|file| file.service.iter().map(move |service| (file, service)));
    let methods = services.flat_map(|(file, service)| {
        let path = move |name: &str| format!("/{}.{}/{name}", file.package(), service.name());
        service
            .method
            .iter()
            .map(move |method| Method { path: path(method.name()), input: method.input_type().to_owned() })
    });
    methods.collect()
}

fn message<'a>(of: &'a FileDescriptorSet, name: &str) -> Option<&'a DescriptorProto> {
    fn within<'a>(all: &'a [DescriptorProto], prefix: &str, name: &str) -> Option<&'a DescriptorProto> {
        all.iter().find_map(|message| {
            let full = format!("{prefix}.{}", message.name());
            if full == name { Some(message) } else { within(&message.nested_type, &full, name) }
        })
    }
    of.file.iter().find_map(|file| within(&file.message_type, &format!(".{}", file.package()), name))
}

/// A request with something plausible in each field: of a choice, the first.
fn plausible(of: &FileDescriptorSet, name: &str, incident: &str, deep: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Some(message) = message(of, name) else { return bytes };
    let mut chosen = std::collections::BTreeSet::new();
    for field in &message.field {
        let choice = field.oneof_index.filter(|_| !field.proto3_optional());
        if choice.is_some_and(|choice| !chosen.insert(choice)) {
            continue;
        }
        put(&mut bytes, of, field, incident, deep);
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, of: &FileDescriptorSet, field: &FieldDescriptorProto, incident: &str, deep: usize) {
    let number = u32::try_from(field.number()).unwrap();
    let mut text = |text: &[u8]| {
        encode_key(number, WireType::LengthDelimited, bytes);
        encode_varint(u64::try_from(text.len()).unwrap(), bytes);
        bytes.extend_from_slice(text);
    };
    match (field.r#type(), field.name()) {
        (Type::String, name) if name.ends_with("incident_id") || name == "incident" => text(incident.as_bytes()),
        (Type::String, "request_id") => text(fresh_request().as_bytes()),
        (Type::String, "agency" | "with" | "audience") => text(REGION.as_bytes()),
        (Type::String, "page_token") => (),
        (Type::String, _) => text(b"to see whether it is told"),
        (Type::Bytes, _) | (Type::Bool, _) => (),
        (Type::Message, name) if deep < 5 && name != "occurred_at" => {
            let inner = if field.type_name() == ".google.protobuf.Timestamp" {
                prost_types::Timestamp { seconds: 1_709_550_000, nanos: 0 }.encode_to_vec()
            } else {
                plausible(of, field.type_name(), incident, deep + 1)
            };
            text(&inner);
        }
        (Type::Message | Type::Group, _) => (),
        // What stands once, or in a list of one; an expected place would only be in the way.
        (_, "expected_seq" | "office" | "class") if field.label() != Label::Repeated => (),
        (_, "minutes" | "limit" | "page_size") => {
            encode_key(number, WireType::Varint, bytes);
            encode_varint(30, bytes);
        }
        _ => {
            encode_key(number, WireType::Varint, bytes);
            encode_varint(1, bytes);
        }
    }
}

/// All that comes back of a call, and how it ended.
async fn all_of(by: &Participant, path: &str, request: Vec<u8>) -> (Vec<u8>, Option<Status>) {
    let mut grpc = tonic::client::Grpc::new(by.client.wire.clone());
    soon(grpc.ready()).await.unwrap();
    let path = PathAndQuery::try_from(path).unwrap();
    let asked = tokio_stream::once(Bytes::from(request));
    let mut stream = match soon(grpc.streaming(Request::new(asked), path, Raw)).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return (Vec::new(), Some(status)),
    };
    let mut all = Vec::new();
    // A stream that goes on is listened to until nothing more comes for a moment.
    while let Ok(next) = tokio::time::timeout(Duration::from_millis(300), stream.message()).await {
        match next {
            Ok(Some(bytes)) => all.extend_from_slice(&bytes),
            Ok(None) => return (all, None),
            Err(status) => return (all, Some(status)),
        }
    }
    (all, None)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_tells_a_region_who_somebody_is_though_it_works_the_incident_and_broke_the_glass() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let region = house.client(REGION).await;
    council.does(&incident, [invite(REGION, Interest::FinancialAndOperational), register(None)]).await;
    let glass = sharing::Command::BreakGlass {
        classes: [Class::Personal, Class::Health, Class::Safeguarding].into(),
        emergency: Emergency::RiskToLife,
        reason: "somebody has to be found tonight".to_owned(),
        minutes: 240,
    };
    region.does(&incident, [participants::Command::Join.into(), glass.into()]).await;
    let mut identity = v1::PersonIdentity::default();
    NAME.clone_into(&mut identity.name);
    council.seals(seal(&incident, 1, identity)).await.unwrap();

    let of = descriptors();
    let (mut told, mut answered) = (0, 0);
    for method in methods(&of) {
        let request = || plausible(&of, &method.input, &incident, 0);
        let (bytes, ended) = all_of(&region, &method.path, request()).await;
        assert!(!holds(&bytes, NAME), "{} tells a region who somebody is", method.path);
        let words = ended.map(|status| format!("{} {:?}", status.message(), status.details())).unwrap_or_default();
        assert!(!words.contains(NAME), "{}", method.path);
        answered += usize::from(!bytes.is_empty());
        // The same request shows the name to the council where there is one to be shown: the request is a good one.
        if !method.path.contains("Erase") && !method.path.contains("Expire") {
            told += usize::from(holds(&all_of(&council, &method.path, request()).await.0, NAME));
        }
    }
    println!("{} calls, of which {answered} answer a region and {told} tell the council", methods(&of).len());
    assert!(told >= 2, "the lead is told by {told} calls");
    assert!(answered >= 8, "{answered} calls answer a region at all");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_tells_any_agency_without_a_seat_that_there_is_an_incident() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(crate::home::COUNCIL).await;
    let incident = council.opens(TITLE, muster_record::situation::IncidentKind::ProviderFailure).await;
    let of = descriptors();
    let nowhere = "f".repeat(32);
    for agency in home.config.agencies.iter().filter(|agency| agency.id.as_str() != crate::home::COUNCIL) {
        let stranger = house.client(agency.id.as_str()).await;
        for method in methods(&of) {
            let (bytes, here) = all_of(&stranger, &method.path, plausible(&of, &method.input, &incident, 0)).await;
            assert!(!holds(&bytes, TITLE), "{} tells {}", method.path, agency.id);
            let (other, there) = all_of(&stranger, &method.path, plausible(&of, &method.input, &nowhere, 0)).await;
            let said = |ended: Option<Status>| ended.map(|status| (status.code(), status.message().to_owned()));
            let (here, there) = (said(here), said(there));
            assert_eq!(here, there, "{} tells {} whether there is one", method.path, agency.id);
            let asks_for_one =
                message(&of, &method.input).unwrap().field.iter().any(|field| field.name().ends_with("incident_id"));
            if asks_for_one {
                assert!(bytes.is_empty() && other.is_empty(), "{} answers {}", method.path, agency.id);
                let code = here.map(|(code, _)| code);
                let refused = [Code::PermissionDenied, Code::InvalidArgument].map(Some).contains(&code);
                assert!(refused, "{} answers {} with {code:?}", method.path, agency.id);
            }
        }
    }
    house.close().await;
}
