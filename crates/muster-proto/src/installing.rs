//! Installing rule sets: proposals and decisions come in, and how they stand goes out.

use muster_record::advice::ItemKind;
use muster_record::endorsing::ENVELOPE_BYTES;
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, RequestId, RuleSetId};
use muster_record::installing::{Decided, Install, Outcome, Use, Who};
use muster_record::shadow::{Difference, Said, ShadowLook};
use muster_record::situation::{Grants, Part};
use prost::bytes::Bytes;

use crate::at::{At, Malformed, reading};
use crate::family::advising::write_grants;
use crate::limits::MAX_CHUNK;
use crate::query::read_limit;
use crate::time::write_time;
use crate::v1;

/// One message of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalPart {
    /// What is proposed, and why.
    Header(ProposalHeader),
    /// The next bytes of the component.
    Chunk(Bytes),
}

/// What is proposed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalHeader {
    /// What the caller names the request.
    pub request_id: RequestId,
    /// Why.
    pub because: String,
    /// SHA-256 of the component, as the caller says.
    pub component: Hash,
    /// What it is granted of what it asks for; all of that where absent.
    pub grants: Option<Grants>,
    /// Whether it is to be used, or to look on in shadow.
    pub used: Use,
    /// A DSSE envelope with the signatures under it, where there is one.
    pub envelope: Option<Vec<u8>>,
}

/// Whether a rule set is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeUse {
    /// What the caller names the request.
    pub request_id: RequestId,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// What is to become of it.
    pub used: Use,
    /// Whether it is about the version in shadow.
    pub shadow: bool,
    /// Why.
    pub because: String,
}

/// An incident that is to go on with another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// The incident.
    pub incident: IncidentId,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// The component that it is to use.
    pub component: Hash,
    /// What the caller names the request, and why; none where nothing is to be written.
    pub write: Option<(RequestId, String)>,
}

/// Reads one message of a proposal.
///
/// # Errors
/// All that is wrong with it.
pub fn read_propose(wire: v1::ProposeInstallRequest) -> Result<ProposalPart, Malformed> {
    let v1::ProposeInstallRequest { part } = wire;
    reading("", |at| match part {
        None => at.field("part").wrong("is not set; one of: header, chunk"),
        Some(v1::propose_install_request::Part::Header(header)) => read_header(&mut at.field("header"), &header),
        Some(v1::propose_install_request::Part::Chunk(chunk)) => match chunk.len() {
            0 => at.field("chunk").wrong("is empty"),
            1..=MAX_CHUNK => Some(ProposalPart::Chunk(chunk)),
            _ => at.field("chunk").wrong(format!("holds more than {MAX_CHUNK} bytes")),
        },
    })
}

fn read_header(at: &mut At<'_>, wire: &v1::InstallHeader) -> Option<ProposalPart> {
    let v1::InstallHeader { request_id, because, component, grants, envelope, in_shadow } = wire;
    let request_id = at.field("request_id").name(request_id);
    let because = at.field("because").text(because);
    let component = read_digest(&mut at.field("component"), component);
    let grants = grants.as_ref().map(|grants| read_grants(&mut at.field("grants"), grants));
    let grants = match grants {
        Some(None) => return None,
        Some(Some(grants)) => Some(grants),
        None => None,
    };
    if envelope.as_ref().is_some_and(|envelope| envelope.len() > ENVELOPE_BYTES) {
        return at.field("envelope").wrong(format!("holds more than {ENVELOPE_BYTES} bytes"));
    }
    let envelope = envelope.as_ref().map(|envelope| envelope.to_vec());
    let used = if *in_shadow { Use::Shadow } else { Use::InUse };
    let (request_id, because, component) = (request_id?, because?, component?);
    Some(ProposalPart::Header(ProposalHeader { request_id, because, component, grants, used, envelope }))
}

fn read_grants(at: &mut At<'_>, wire: &v1::Grants) -> Option<Grants> {
    let v1::Grants { needs, gives } = wire;
    let needs: Option<Vec<Part>> = needs.iter().map(|part| at.field("needs").word(*part)).collect();
    let gives: Option<Vec<ItemKind>> = gives.iter().map(|kind| at.field("gives").word(*kind)).collect();
    Some(Grants { needs: needs?.into_iter().collect(), gives: gives?.into_iter().collect() })
}

/// Reads whether a rule set is to be used.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_propose_use(wire: &v1::ProposeUseRequest) -> Result<ProposeUse, Malformed> {
    let v1::ProposeUseRequest { request_id, rule_set, out_of_use, because, in_shadow } = wire;
    reading("", |at| {
        let request_id = at.field("request_id").name(request_id);
        let rule_set = at.field("rule_set").name(rule_set);
        let because = at.field("because").text(because);
        let used = match (*out_of_use, *in_shadow) {
            (false, _) => Use::InUse,
            (true, false) => Use::OutOfUse,
            (true, true) => Use::ShadowOver,
        };
        let (request_id, rule_set, because) = (request_id?, rule_set?, because?);
        Some(ProposeUse { request_id, rule_set, used, shadow: *in_shadow, because })
    })
}

/// Reads which incident is to go on with another version.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_upgrade(wire: &v1::UpgradeRuleSetRequest) -> Result<Upgrade, Malformed> {
    let v1::UpgradeRuleSetRequest { incident_id, rule_set, component, validate_only, request_id, because } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let rule_set = at.field("rule_set").name(rule_set);
        let component = read_digest(&mut at.field("component"), component);
        let write = match validate_only {
            true => Some(None),
            false => {
                let request_id = at.field("request_id").name(request_id);
                let because = at.field("because").text(because);
                request_id.zip(because).map(Some)
            }
        };
        Some(Upgrade { incident: incident?, rule_set: rule_set?, component: component?, write: write? })
    })
}

fn read_digest(at: &mut At<'_>, given: &[u8]) -> Option<Hash> {
    let digest: Option<[u8; 32]> = given.try_into().ok();
    digest.map(Hash).or_else(|| at.wrong("is not 32 bytes"))
}

fn read_number(at: &mut At<'_>, given: u64) -> Option<u64> {
    if given == 0 { at.wrong("is not set; numbers begin with 1") } else { Some(given) }
}

/// Reads how many installs are asked for. The token is the server's to read.
///
/// # Errors
/// What is wrong with the request.
pub fn read_list_installs(wire: &v1::ListInstallsRequest) -> Result<(u32, String), Malformed> {
    let v1::ListInstallsRequest { page_size, page_token } = wire;
    reading("", |at| Some((read_limit(&mut at.field("page_size"), *page_size)?, page_token.clone())))
}

/// Reads which install is approved, and what its approver looked at.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_approve(wire: &v1::ApproveInstallRequest) -> Result<(u64, Hash), Malformed> {
    let v1::ApproveInstallRequest { number, component } = wire;
    reading("", |at| {
        let number = read_number(&mut at.field("number"), *number);
        let component = read_digest(&mut at.field("component"), component);
        Some((number?, component?))
    })
}

/// Reads which install is tried on which incident.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_preview_install(wire: &v1::PreviewInstallRequest) -> Result<(u64, IncidentId), Malformed> {
    let v1::PreviewInstallRequest { number, incident_id } = wire;
    reading("", |at| {
        let number = read_number(&mut at.field("number"), *number);
        let incident = at.field("incident_id").name(incident_id);
        Some((number?, incident?))
    })
}

/// Reads which install is taken back.
///
/// # Errors
/// What is wrong with the request.
pub fn read_withdraw(wire: &v1::WithdrawInstallRequest) -> Result<u64, Malformed> {
    let v1::WithdrawInstallRequest { number } = wire;
    reading("", |at| read_number(&mut at.field("number"), *number))
}

/// Reads whose looks in shadow are asked for, and how many. The token is the server's to read.
///
/// # Errors
/// What is wrong with the request.
pub fn read_list_shadow_looks(wire: &v1::ListShadowLooksRequest) -> Result<(RuleSetId, u32, String), Malformed> {
    let v1::ListShadowLooksRequest { rule_set, page_size, page_token } = wire;
    reading("", |at| {
        let rule_set = at.field("rule_set").name(rule_set);
        let limit = read_limit(&mut at.field("page_size"), *page_size);
        Some((rule_set?, limit?, page_token.clone()))
    })
}

/// Reads which rule set in shadow is held against which incident.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_compare_shadow(wire: &v1::CompareShadowRequest) -> Result<(RuleSetId, IncidentId), Malformed> {
    let v1::CompareShadowRequest { rule_set, incident_id } = wire;
    reading("", |at| {
        let rule_set = at.field("rule_set").name(rule_set);
        let incident = at.field("incident_id").name(incident_id);
        Some((rule_set?, incident?))
    })
}

/// What a rule set in shadow made of an incident, as the wire has it.
pub fn write_shadow_look(look: &ShadowLook) -> v1::ShadowLook {
    let ShadowLook { incident, owner: _, rule_set: _, component, settings, seq, as_of, situation, fuel_used, said } =
        look;
    let digest = |hash: &Hash| Bytes::copy_from_slice(&hash.0);
    let said = match said {
        Said::Advice { digest: advice, difference } => {
            let Difference { added, revised, withdrawn } = *difference;
            v1::shadow_look::Said::Advice(v1::ShadowAdvice { digest: digest(advice), added, revised, withdrawn })
        }
        Said::Failure { class } => v1::shadow_look::Said::Failure(class.clone()),
    };
    v1::ShadowLook {
        incident_id: incident.to_string(),
        component: digest(component),
        settings: digest(settings),
        seq: seq.0,
        as_of: Some(write_time(*as_of)),
        situation: digest(situation),
        fuel_used: *fuel_used,
        said: Some(said),
    }
}

/// An install as the wire has it. `in_use` is whether incidents that open now use it.
pub fn write_install(install: &Install, in_use: bool) -> v1::Install {
    let Install { number, agency: _, rule_set, version, component, at, by, because, terms, decided } = install;
    let state = match decided.as_ref().map(|decided| decided.outcome) {
        None => v1::InstallState::Proposed,
        Some(Outcome::Approved) => v1::InstallState::Approved,
        Some(Outcome::Withdrawn) => v1::InstallState::Withdrawn,
    };
    v1::Install {
        number: *number,
        rule_set: rule_set.to_string(),
        version: version.clone(),
        component: Bytes::copy_from_slice(&component.0),
        proposed_at: Some(write_time(*at)),
        proposed_by: Some(write_who(by)),
        because: because.clone(),
        state: state.into(),
        decided_at: decided.as_ref().map(|Decided { at, outcome: _, by: _ }| write_time(*at)),
        decided_by: decided.as_ref().map(|Decided { by, outcome: _, at: _ }| write_who(by)),
        in_use,
        grants: Some(write_grants(&terms.grants)),
        out_of_use: matches!(terms.used, Use::OutOfUse | Use::ShadowOver),
        in_shadow: terms.used.is_of_shadow(),
    }
}

fn write_who(who: &Who) -> v1::SignedIn {
    let Who { person, system } = who;
    v1::SignedIn { person: person.clone().unwrap_or_default(), system: system.clone() }
}
