//! Settings of rule sets: what is asked of them comes in.

use muster_record::ids::{RequestId, RuleSetId};

use crate::at::{Malformed, reading};
use crate::v1;

/// Settings to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSettings {
    /// Of which rule set.
    pub rule_set: RuleSetId,
    /// As they were sent: what they should be is for the rule set to say.
    pub settings: String,
}

/// Settings to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSettings {
    /// Of which rule set.
    pub rule_set: RuleSetId,
    /// As they were sent.
    pub settings: String,
    /// Why.
    pub because: String,
    /// Whether nothing is to be written.
    pub validate_only: bool,
    /// What the caller names the request.
    pub request_id: RequestId,
}

/// Reads of which rule set the settings are asked for.
///
/// # Errors
/// What is wrong with the request.
pub fn read_get_settings(wire: &v1::GetSettingsRequest) -> Result<RuleSetId, Malformed> {
    let v1::GetSettingsRequest { rule_set } = wire;
    reading("", |at| at.field("rule_set").name(rule_set))
}

/// Reads which settings are to be looked at.
///
/// # Errors
/// What is wrong with the request.
pub fn read_check_settings(wire: &v1::CheckSettingsRequest) -> Result<CheckSettings, Malformed> {
    let v1::CheckSettingsRequest { rule_set, settings_json } = wire;
    reading("", |at| {
        let rule_set = at.field("rule_set").name(rule_set);
        Some(CheckSettings { rule_set: rule_set?, settings: settings_json.clone() })
    })
}

/// Reads a change of settings.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_change_settings(wire: &v1::ChangeSettingsRequest) -> Result<ChangeSettings, Malformed> {
    let v1::ChangeSettingsRequest { rule_set, settings_json, because, validate_only, request_id } = wire;
    reading("", |at| {
        let rule_set = at.field("rule_set").name(rule_set);
        let because = at.field("because").text(because);
        let request_id = at.field("request_id").name(request_id);
        Some(ChangeSettings {
            rule_set: rule_set?,
            settings: settings_json.clone(),
            because: because?,
            validate_only: *validate_only,
            request_id: request_id?,
        })
    })
}
