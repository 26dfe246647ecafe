//! A rule set as it is sent to be installed.

use muster_proto::limits::MAX_CHUNK;
use muster_proto::v1;
use muster_proto::v1::propose_install_request::Part;
use muster_record::entry::Hash;

/// The messages that propose a component: the header, then the component in chunks.
pub fn messages(component: &[u8], because: &str, request_id: &str) -> Vec<v1::ProposeInstallRequest> {
    messages_granting(component, because, request_id, None, None, false)
}

/// The same, granting so much of what it asks for (all of that where absent), with the envelope of its signatures; to be
/// used, or to look on in shadow.
pub fn messages_granting(
    component: &[u8],
    because: &str,
    request_id: &str,
    grants: Option<v1::Grants>,
    envelope: Option<Vec<u8>>,
    in_shadow: bool,
) -> Vec<v1::ProposeInstallRequest> {
    let header = v1::InstallHeader {
        request_id: request_id.to_owned(),
        because: because.to_owned(),
        component: Hash::of(component).0.to_vec().into(),
        grants,
        envelope: envelope.map(Into::into),
        in_shadow,
    };
    let chunks = component.chunks(MAX_CHUNK).map(|chunk| Part::Chunk(chunk.to_vec().into()));
    let parts = std::iter::once(Part::Header(header)).chain(chunks);
    parts.map(|part| v1::ProposeInstallRequest { part: Some(part) }).collect()
}
