//! What is asked about installs, what comes of it, and what can be in the way.

use muster_record::endorsing::NotEndorsed;
use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, RequestId, RuleSetId};
use muster_record::installing::{Install, NotNow, Use};
use muster_record::situation::Grants;
use muster_rules::LoadError;
use thiserror::Error;

use super::WAITING;
use crate::error::{AppendError, QueryError};

/// A request to install a rule set of an agency's own.
#[derive(Debug, Clone)]
pub struct InstallAsk {
    /// The caller's agency, whose rule set it will be.
    pub agency: AgencyId,
    /// The hand that proposes it.
    pub hand: Hand,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body: the same id with another body is refused.
    pub body: Hash,
    /// SHA-256 of the component, as the caller says.
    pub digest: Hash,
    /// The component.
    pub component: Vec<u8>,
    /// Why.
    pub because: String,
    /// What it is granted of what it asks for; all of that where absent.
    pub grants: Option<Grants>,
    /// Whether it is to be used, or to look on in shadow.
    pub used: Use,
    /// A DSSE envelope with the signatures under it, where there is one.
    pub envelope: Option<Vec<u8>>,
}

/// A request to take a rule set of an agency's own out of use, or into use again; or of one in shadow.
#[derive(Debug, Clone)]
pub struct UseAsk {
    /// The caller's agency, whose rule set it is.
    pub agency: AgencyId,
    /// The hand that proposes it.
    pub hand: Hand,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// What is to become of it.
    pub used: Use,
    /// Whether it is about the version in shadow, and not about the one in use.
    pub shadow: bool,
    /// Why.
    pub because: String,
}

/// A request to decide a proposal.
#[derive(Debug, Clone)]
pub struct DecideAsk {
    /// The caller's agency.
    pub agency: AgencyId,
    /// The hand that decides.
    pub hand: Hand,
    /// The number of the proposal.
    pub number: u64,
}

/// An install, and whether incidents that open now use it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The install.
    pub install: Install,
    /// Whether the incidents that its agency opens now are pinned to it, where their kind is one that it concerns; of one
    /// in shadow, whether it looks on now.
    pub in_use: bool,
}

/// What became of a proposal.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The install.
    pub standing: Standing,
    /// Whether this repeats an earlier answer.
    pub replayed: bool,
}

/// Why something was not installed, or not decided.
#[derive(Debug, Error)]
pub enum InstallRefused {
    /// The caller may not do it, or not now.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// The component will not do.
    #[error("the component will not do: {}", told(.0))]
    Component(#[from] LoadError),
    /// What arrived is not what the caller says it sent.
    #[error("what arrived does not have the digest that was announced: send it again")]
    OtherBytes,
    /// Too few of those whom the agency asks for have signed it.
    #[error("the rule set is not signed as your agency asks for: {0}")]
    NotEndorsed(#[from] NotEndorsed),
    /// The name is that of a rule set which comes with the server, or which another agency installed.
    #[error("the name {name} is taken: give your rule set another, best one that begins with your agency's")]
    NameTaken {
        /// The name.
        name: RuleSetId,
    },
    /// As many proposals wait as may.
    #[error("{WAITING} proposals of your agency wait, which is as many as may: approve or withdraw some")]
    TooMany,
    /// The agency has no such install.
    #[error("your agency has no install {number}")]
    NoSuch {
        /// The number given.
        number: u64,
    },
    /// It was not kept, or it is not known.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Something could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// An error with what caused it, in one line.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}
