//! Somebody who takes part: an agency's client, and what it asks in the tests.

use muster::client::{self, Client};
use muster_proto::v1;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_record::Command;
use muster_record::agency::{Interest, Office};
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::{log, participants};
use muster_record::situation::IncidentKind;
use prost::bytes::Bytes;
use tonic::{Status, Streaming};

use crate::home::{self, COUNCIL, agency, fresh_request, nine, soon};

/// An agency's system, connected.
#[derive(Clone)]
pub(crate) struct Participant {
    pub(crate) client: Client,
    pub(crate) agency: String,
}

/// A note.
pub(crate) fn note(text: &str) -> Command {
    log::Command::Note { text: text.to_owned() }.into()
}

/// An invitation.
pub(crate) fn invite(id: &str, interest: Interest) -> Command {
    participants::Command::Invite { agency: agency(id), interest }.into()
}

/// What a home with 48 beds is opened with.
pub(crate) fn opening(title: &str, kind: IncidentKind) -> v1::Opening {
    let opening: Opening = serde_json::from_value(serde_json::json!({
        "title": title, "kind": kind, "failures": [], "region": null, "notified_at": nine(), "care_stops_at": null,
        "exercise": true,
        "services": [{
            "id": "rosebank-house", "kind": "residential", "national": "no", "regulated": "yes", "authority": COUNCIL,
            "beds": 48, "brand": null, "risk_level": null
        }],
    }))
    .unwrap();
    muster_proto::command::write_opening(&opening)
}

/// What a write says besides what it writes: a name of its own.
pub(crate) fn options() -> v1::WriteOptions {
    v1::WriteOptions { request_id: fresh_request(), ..v1::WriteOptions::default() }
}

/// Commands as a request to carry them out.
pub(crate) fn request(
    incident: &str,
    options: v1::WriteOptions,
    commands: impl IntoIterator<Item = Command>,
) -> v1::AppendRequest {
    let commands = commands.into_iter().map(|command| muster_proto::command::write_command(&command)).collect();
    v1::AppendRequest { incident_id: incident.to_owned(), options: Some(options), commands }
}

impl Participant {
    /// Opens an incident in which nobody else has a seat.
    pub(crate) async fn opens(&self, title: &str, kind: IncidentKind) -> String {
        let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(opening(title, kind)) };
        self.client.incidents.clone().open_incident(request).await.unwrap().into_inner().incident_id
    }

    /// Sends a request to write as it stands.
    pub(crate) async fn appends(&self, request: v1::AppendRequest) -> Result<v1::AppendResponse, Status> {
        Ok(self.client.records.clone().append(request).await?.into_inner())
    }

    /// Has commands carried out, and says the place of the last entry.
    pub(crate) async fn does(&self, incident: &str, commands: impl IntoIterator<Item = Command>) -> u64 {
        seq(&self.appends(request(incident, options(), commands)).await.unwrap())
    }

    /// The same for an office, which may be refused.
    pub(crate) async fn does_as(&self, office: Office, incident: &str, command: Command) -> Result<u64, Status> {
        let options = v1::WriteOptions { office: client::office(Some(office)), ..options() };
        Ok(seq(&self.appends(request(incident, options, [command])).await?))
    }

    /// Gives another agency a seat, which takes it; says the place of the last entry.
    pub(crate) async fn seats(&self, other: &Self, incident: &str) -> u64 {
        self.does(incident, [invite(&other.agency, Interest::Operational)]).await;
        other.does(incident, [participants::Command::Join.into()]).await
    }

    /// Makes a note, and says its place.
    pub(crate) async fn notes(&self, incident: &str, text: &str) -> u64 {
        self.does(incident, [note(text)]).await
    }

    /// The whole record, as it may see it.
    pub(crate) async fn reads(&self, incident: &str) -> Vec<v1::Entry> {
        home::all_entries(&self.client, incident).await
    }

    /// The texts of the notes on the record.
    pub(crate) async fn noted(&self, incident: &str) -> Vec<String> {
        let told = self.reads(incident).await.into_iter().filter_map(|entry| text_of(&entry));
        told.collect()
    }

    /// The record's last entry, once every rule set has looked at it.
    pub(crate) async fn settled(&self, incident: &str) -> u64 {
        loop {
            let request = v1::GetIncidentRequest { incident_id: incident.to_owned(), wait_for_advice: true };
            let answer = self.client.incidents.clone().get_incident(request).await.unwrap().into_inner();
            if answer.advice_is_current {
                return answer.incident.unwrap().last_seq;
            }
        }
    }

    /// The proposals there are.
    pub(crate) async fn proposals(&self, incident: &str) -> Vec<v1::Proposal> {
        let request = v1::ListProposalsRequest { incident_id: incident.to_owned(), states: Vec::new(), rule_set: None };
        self.client.advice.clone().list_proposals(request).await.unwrap().into_inner().proposals
    }

    /// Follows one incident from behind a place.
    pub(crate) async fn follows(&self, incident: &str, resume_from: Bytes) -> Following {
        self.watches(v1::WatchRequest { resume_from, ..watch_one(incident) }).await.unwrap()
    }

    /// Follows what the request says.
    pub(crate) async fn watches(&self, request: v1::WatchRequest) -> Result<Following, Status> {
        let resume = request.resume_from.clone();
        let stream = soon(self.client.records.clone().watch(request)).await?.into_inner();
        Ok(Following { stream, resume, checkpoints: Vec::new() })
    }
}

/// The place of the last entry that a write made.
pub(crate) fn seq(answer: &v1::AppendResponse) -> u64 {
    answer.result.as_ref().unwrap().seq
}

/// The text of an entry that is a note.
pub(crate) fn text_of(entry: &v1::Entry) -> Option<String> {
    if let Some(v1::entry::Body::NoteMade(note)) = &entry.body { Some(note.text.clone()) } else { None }
}

/// A request to follow one incident from its first entry.
pub(crate) fn watch_one(incident: &str) -> v1::WatchRequest {
    v1::WatchRequest { scope: Some(Scope::IncidentId(incident.to_owned())), ..v1::WatchRequest::default() }
}

/// A request to follow whatever the caller may see.
pub(crate) fn watch_all() -> v1::WatchRequest {
    v1::WatchRequest { scope: Some(Scope::AllVisible(v1::AllVisible {})), ..v1::WatchRequest::default() }
}

/// A stream that is read, and the place to go on from.
pub(crate) struct Following {
    stream: Streaming<v1::WatchResponse>,
    pub(crate) resume: Bytes,
    /// The checkpoints that came between.
    pub(crate) checkpoints: Vec<v1::Checkpoint>,
}

impl Following {
    /// What comes next, or how the stream ended.
    pub(crate) async fn event(&mut self) -> Result<Option<Event>, Status> {
        loop {
            let Some(response) = soon(self.stream.message()).await? else { return Ok(None) };
            assert!(!response.resume.is_empty(), "every message says where to go on");
            self.resume = response.resume;
            match response.event {
                Some(Event::Checkpoint(checkpoint)) => self.checkpoints.push(checkpoint),
                event => return Ok(event),
            }
        }
    }

    /// The next checkpoint, and the commits that come before it. Checkpoints come between commits, at any time.
    pub(crate) async fn checkpoint(&mut self) -> (v1::Checkpoint, Vec<v1::ChangeSet>) {
        let mut commits = Vec::new();
        loop {
            let response = soon(self.stream.message()).await.unwrap().unwrap();
            self.resume = response.resume;
            match response.event.unwrap() {
                Event::Checkpoint(checkpoint) => return (checkpoint, commits),
                Event::Changes(changes) => commits.push(changes),
                Event::Bookmark(v1::Bookmark {}) => (),
                other @ (Event::Snapshot(_) | Event::AccessEnded(_)) => panic!("{other:?}"),
            }
        }
    }

    /// What comes next and is no bookmark, which may come at any time.
    pub(crate) async fn news(&mut self) -> Event {
        loop {
            match self.event().await {
                Ok(Some(Event::Bookmark(v1::Bookmark {}))) => (),
                Ok(Some(news)) => return news,
                ended => panic!("{ended:?}"),
            }
        }
    }

    /// The next commit. Nothing but bookmarks may come before it.
    pub(crate) async fn commit(&mut self) -> v1::ChangeSet {
        match self.news().await {
            Event::Changes(changes) => changes,
            other @ (Event::Snapshot(_) | Event::Bookmark(_) | Event::AccessEnded(_) | Event::Checkpoint(_)) => {
                panic!("{other:?}")
            }
        }
    }

    /// Commits up to the entry of that place, which must end one.
    pub(crate) async fn until(&mut self, seq: u64) -> Vec<v1::ChangeSet> {
        let mut commits = Vec::new();
        loop {
            let commit = self.commit().await;
            let last = commit.entries.last().unwrap().seq;
            commits.push(commit);
            assert!(last <= seq, "entry {last} came, and {seq} was to be the last");
            if last == seq {
                return commits;
            }
        }
    }
}

/// What a watch begins with, or why it does not begin.
pub(crate) async fn first_word(by: &Participant, request: v1::WatchRequest) -> Result<Option<Event>, Status> {
    by.watches(request).await?.event().await
}

/// The places of the entries of some commits.
pub(crate) fn seqs(commits: &[v1::ChangeSet]) -> Vec<u64> {
    commits.iter().flat_map(|commit| &commit.entries).map(|entry| entry.seq).collect()
}

/// Claims that something was refused for this reason.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: tonic::Code, reason: &str) -> Status {
    let status = answer.unwrap_err();
    assert_eq!((status.code(), client::reason(&status).as_deref()), (code, Some(reason)), "{status:?}");
    status
}
