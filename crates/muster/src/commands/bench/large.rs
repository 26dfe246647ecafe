//! A large incident: people, what is done for them, and notes.

use anyhow::{Result, anyhow};
use muster_proto::command::write_command;
use muster_proto::v1;
use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::{Agency, Interest};
use muster_record::ids::{PersonNo, ServiceId};
use muster_record::incident::{actions, log, participants, people};
use muster_record::situation::{CareStatus, Funder, Mobility, Need};

use super::asking::{SERVICE, options};
use crate::client::{self, Client};
use crate::play::Stage;

/// Commands in one append.
const TOGETHER: usize = 100;

/// How large.
pub(super) struct Large {
    /// People on the list.
    pub(super) people: u32,
    /// Entries on the record, at least.
    pub(super) entries: u64,
}

impl Large {
    /// Writes the people, what is done for them, and notes until there are as many entries as were asked for.
    pub(super) async fn fill(&self, stage: &Stage, id: &str, council: &Agency, region: &Agency) -> Result<u64> {
        let mut lead = stage.client("council")?;
        let invite = participants::Command::Invite { agency: region.clone(), interest: Interest::Information };
        append(&mut lead, id, vec![invite.into()]).await?;
        append(&mut stage.client("region")?, id, vec![participants::Command::Join.into()]).await?;
        let service: ServiceId = SERVICE.parse()?;
        let people = (0..self.people).map(|number| registered(&service, number).into()).collect();
        appends(&mut lead, id, people).await?;
        let to = CareStatus::Reviewed;
        let person = (1..=self.people).map(PersonNo);
        let status = person.map(|person| people::Command::SetStatus { person, to, place: None }.into()).collect();
        appends(&mut lead, id, status).await?;
        let due = Some(stage.serving.coordinator().now());
        let raise = |number: u32| {
            let title = format!("Find a bed for person {number}, and tell the family");
            actions::Command::Raise { title, owner: council.id.clone(), due }.into()
        };
        let mut last = appends(&mut lead, id, (1..=self.people.min(100)).map(raise).collect()).await?;
        while last < self.entries {
            let missing = usize::try_from(self.entries.saturating_sub(last)).unwrap_or(TOGETHER).min(TOGETHER);
            let text = "a note of the length that a loggist would write in a hurry".to_owned();
            let note: Command = log::Command::Note { text }.into();
            last = append(&mut lead, id, vec![note; missing]).await?;
        }
        // Rule sets look once more; what they say belongs to the pages.
        loop {
            let request = v1::GetIncidentRequest { incident_id: id.to_owned(), wait_for_advice: true };
            let answer = lead.incidents.get_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
            let answer = answer.into_inner();
            if answer.advice_is_current {
                return Ok(answer.incident.map_or(last, |incident| incident.last_seq));
            }
        }
    }
}

/// Somebody to write down.
pub(super) fn registered(service: &ServiceId, number: u32) -> people::Command {
    let even = number.is_multiple_of(2);
    let details = people::Details {
        service: service.clone(),
        funder: if even { Funder::CouncilFull } else { Funder::SelfFunded },
        placed_by: None,
        mobility: if even { Mobility::Wheelchair } else { Mobility::Walks },
        needs: if even { vec![Need::Nursing, Need::Dementia] } else { Vec::new() },
        needs_known: Answer::Yes,
        stays_with: Vec::new(),
    };
    people::Command::Register { details }
}

async fn appends(client: &mut Client, id: &str, commands: Vec<Command>) -> Result<u64> {
    let mut last = 0;
    for some in commands.chunks(TOGETHER) {
        last = append(client, id, some.to_vec()).await?;
    }
    Ok(last)
}

async fn append(client: &mut Client, id: &str, commands: Vec<Command>) -> Result<u64> {
    let commands = commands.iter().map(write_command).collect();
    let request = v1::AppendRequest { incident_id: id.to_owned(), options: Some(options()), commands };
    let answer = client.records.append(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().result.map_or(0, |result| result.seq))
}
