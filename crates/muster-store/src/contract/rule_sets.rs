//! Reading what is kept of rule sets: components, settings, installs and what shadows made of incidents.

use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId};
use muster_record::installing::{InForce, Install};
use muster_record::shadow::ShadowLook;

use crate::error::ReadError;
use crate::write::SettingsChange;

family! {
    /// Reads what is kept of rule sets. Each fails with [`ReadError`] when the store cannot be read.
    ReadsRuleSets {
        /// The component with that digest, and the rule set it is of.
        fn component(digest: Hash) -> Result<Option<(RuleSetId, Vec<u8>)>, ReadError>;

        /// The settings with that digest.
        fn settings(digest: Hash) -> Result<Option<String>, ReadError>;

        /// The newest change of an agency's settings of a rule set: they are in force.
        fn settings_in_force(agency: &AgencyId, rule_set: &RuleSetId) -> Result<Option<SettingsChange>, ReadError>;

        /// The change of settings that the agency asked for under that id.
        fn settings_asked(agency: &AgencyId, id: &RequestId) -> Result<Option<SettingsChange>, ReadError>;

        /// How many installs were proposed so far, which is the last one's number.
        fn last_install() -> Result<u64, ReadError>;

        /// An agency's installs, newest first, before a number, at most `limit`.
        fn installs(agency: &AgencyId, before: u64, limit: usize) -> Result<Vec<Install>, ReadError>;

        /// An agency's installs that are not decided, newest first.
        fn open_installs(agency: &AgencyId) -> Result<Vec<Install>, ReadError>;

        /// The install of that number.
        fn install(number: u64) -> Result<Option<Install>, ReadError>;

        /// The envelope that came with an install, if one did.
        fn install_envelope(number: u64) -> Result<Option<Vec<u8>>, ReadError>;

        /// What the agency proposed under that id, with the hash of what it asked for.
        fn install_asked(agency: &AgencyId, id: &RequestId) -> Result<Option<(Install, Hash)>, ReadError>;

        /// What agencies installed that holds now.
        fn installs_in_force() -> Result<InForce, ReadError>;

        /// What a rule set in shadow made of an incident when something of it last changed.
        fn last_shadow_look(
            incident: &IncidentId,
            owner: &AgencyId,
            rule_set: &RuleSetId,
        ) -> Result<Option<ShadowLook>, ReadError>;

        /// What an agency's rule set made of incidents in shadow, each with its number, newest first, before a number,
        /// at most `limit`.
        fn shadow_looks(
            owner: &AgencyId,
            rule_set: &RuleSetId,
            before: u64,
            limit: usize,
        ) -> Result<Vec<(u64, ShadowLook)>, ReadError>;
    }
}
