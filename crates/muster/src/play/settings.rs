//! A step in which an agency changes its settings of a rule set.

use anyhow::Result;
use muster_proto::v1;
use muster_record::ids::RuleSetId;
use muster_rules::Settings;

use super::{Player, not_expected};
use muster_exercise::Step;

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
                let entries = answer.into_inner().entries;
                let reached = self
                    .incidents
                    .iter()
                    .filter(|(_, opened)| entries.iter().any(|entry| entry.incident_id == opened.id));
                let reached: Vec<String> = reached.map(|(name, _)| name.clone()).collect();
                for name in &reached {
                    self.settle(name).await?;
                }
                Ok(())
            }
            Err(status) => self.was_refused(step, &step.incident, &status),
        }
    }
}
