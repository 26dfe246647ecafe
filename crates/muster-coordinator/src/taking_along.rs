//! What an exercise takes along from the store that it is started beside: what agencies know and use, and nothing of what
//! happened.

use muster_record::entry::Hash;
use muster_record::ids::{RequestId, RuleSetId};
use muster_record::installing::InForce;
use muster_store::{InstallWrite, RegisterChange, RegisterWrite, Store, Write};

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::forking::ForkError;
use crate::register::IMPORTS;

impl Coordinator {
    /// Writes into a fresh store what holds here beside the records: the register, the rule sets that agencies installed
    /// themselves, and the settings that agencies made. Where rule sets are named, only of those. Later changes here do not reach it.
    ///
    /// Who people are is never taken along, nor are proposals to install that wait or were withdrawn, nor the audit. It
    /// blocks its thread.
    ///
    /// # Errors
    /// [`ForkError`]; the store may then be deleted.
    pub fn copy_beside(&self, named: Option<&[RuleSetId]>, to: &mut Store) -> Result<(), ForkError> {
        let is_wanted = |name: &RuleSetId| named.is_none_or(|named| named.contains(name));
        let mut writes = self.register_again()?;
        writes.extend(self.installs_again(&is_wanted)?);
        writes.extend(self.settings_again(&is_wanted)?);
        to.commit(&writes)?;
        Ok(())
    }

    /// The imports as they were, the last of them with every row that is kept now.
    fn register_again(&self) -> Result<Vec<Write>, ForkError> {
        let mut imports = self.readers.register_imports(0, IMPORTS).map_err(QueryError::from)?;
        let Some(last) = imports.pop() else { return Ok(Vec::new()) };
        let rows = self.readers.register_rows().map_err(QueryError::from)?;
        let mut all: Vec<RegisterWrite> =
            imports.into_iter().map(|import| RegisterWrite { import, changes: Vec::new() }).collect();
        all.push(RegisterWrite { import: last, changes: rows.into_iter().map(RegisterChange::Put).collect() });
        Ok(all.into_iter().map(|write| Write::Register(Box::new(write))).collect())
    }

    /// The installs in force, numbered anew, each with its component.
    fn installs_again(&self, is_wanted: &dyn Fn(&RuleSetId) -> bool) -> Result<Vec<Write>, ForkError> {
        let InForce { used, shadows } = self.readers.installs_in_force().map_err(QueryError::from)?;
        let mut writes = Vec::new();
        let mut number: u64 = 0;
        for install in used.into_iter().chain(shadows) {
            let component = self.readers.component(install.component).map_err(QueryError::from)?;
            // Without its component it is not used here either.
            let (Some((name, bytes)), Some(decided)) = (component, install.decided.clone()) else { continue };
            if !is_wanted(&install.rule_set) {
                continue;
            }
            number = number.saturating_add(1);
            let envelope = self.readers.install_envelope(install.number).map_err(QueryError::from)?;
            let request: Result<RequestId, _> = format!("taken-along-{number}").parse();
            let request = request.map_err(|_invalid| AppendError::Stopping)?;
            writes.push(Write::Component { digest: install.component, name, bytes });
            writes.push(Write::Settings { digest: Hash::of(b""), text: String::new() });
            let install = muster_record::installing::Install { number, decided: None, ..install };
            writes.push(Write::Propose(InstallWrite { install, request, body: Hash::of(b""), envelope }));
            writes.push(Write::Decide { install: number, decided });
        }
        Ok(writes)
    }

    /// The settings in force of each agency for each rule set that it is told of.
    fn settings_again(&self, is_wanted: &dyn Fn(&RuleSetId) -> bool) -> Result<Vec<Write>, ForkError> {
        let installed = self.rule_sets().installed();
        let mut writes = Vec::new();
        for agency in self.directory().iter() {
            for name in installed.keys().filter(|name| is_wanted(name)) {
                let change = self.readers.settings_in_force(&agency.id, name).map_err(QueryError::from)?;
                let Some(change) = change else { continue };
                let text = self.readers.settings(change.settings).map_err(QueryError::from)?;
                if let Some(text) = text {
                    writes.push(Write::Settings { digest: change.settings, text });
                    writes.push(Write::SettingsChange(change));
                }
            }
        }
        Ok(writes)
    }
}
