//! A step in which an agency changes its settings of a rule set.

use anyhow::Result;
use muster_proto::v1;
use muster_record::ids::RuleSetId;
use muster_rules::Settings;

use super::{Player, not_expected};
use crate::exercise::Step;

impl Player<'_> {
    pub(super) async fn change_settings(
        &mut self,
        step: &Step,
        rule_set: &RuleSetId,
        settings: &Settings,
        because: &str,
    ) -> Result<()> {
        let mut client = self.stage.client(&step.who)?;
        let request = v1::ChangeSettingsRequest {
            rule_set: rule_set.to_string(),
            settings_json: settings.text().to_owned(),
            because: because.to_owned(),
            validate_only: false,
            request_id: self.options(step.office).request_id,
        };
        match client.rule_sets.change_settings(request).await {
            Ok(answer) => {
                not_expected(step)?;
                // The exercise's incident is the one that the server has, if the settings bear on it at all.
                let seq = answer.into_inner().entries.iter().map(|entry| entry.seq).max().unwrap_or(0);
                self.seen(seq).await?;
                self.settle().await
            }
            Err(status) => self.was_refused(step, &status),
        }
    }
}
