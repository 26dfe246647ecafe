//! What goes out on a watch: messages that are encoded for one watcher, and entries whose bytes are ready and shared.
//!
//! Ready bytes are put together as the encoding of a `WatchResponse` lays them out, so that nobody can tell from what
//! arrives how it was made. Which entries go to whom is decided elsewhere.

use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use prost::Message as _;
use prost::bytes::{BufMut, Bytes};
use tonic::Status;
use tonic::codec::{BufferSettings, Codec, EncodeBuf, Encoder};
use tonic_prost::{ProstCodec, ProstDecoder};

use crate::time::write_time;
use crate::v1;

/// The key of `WatchResponse.changes`: field 2, with its length in front.
const CHANGES: u8 = (2 << 3) | 2;

/// Bytes that each open watch holds to encode into: room for several commits, so that little of it is left over when it is
/// handed on in parts.
const BUFFER: usize = 8 * 1024;

/// Bytes after which what is encoded is handed on. What waits for a client that takes nothing keeps the whole buffer that
/// it was encoded into: parts that are nearly as large as the buffer, or outgrow it, would keep a multiple of themselves.
const HANDED_ON: usize = 2 * 1024;

/// What is sent to a watcher.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A message, encoded when it is sent.
    Message(Box<v1::WatchResponse>),
    /// A commit whose parts are encoded.
    Ready(Ready),
}

/// A commit, encoded in parts that are shared with others who see it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// As [`ready_head`] writes it.
    pub head: Bytes,
    /// The entries, each as [`ready_entry`] writes it.
    pub entries: Vec<Bytes>,
    /// The token that resumes behind it.
    pub resume: Bytes,
}

/// Why an answer is no message.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// There was no room for it.
    #[error("an answer could not be written")]
    Written(#[from] prost::EncodeError),
    /// It is not what was meant.
    #[error("an answer could not be read back")]
    Read(#[from] prost::DecodeError),
}

impl Answer {
    /// The answer as a message, for whoever does not send it on.
    ///
    /// # Errors
    /// When what is ready is no message, which [`Ready::encode`] never makes.
    pub fn read(self) -> Result<v1::WatchResponse, Unreadable> {
        match self {
            Self::Message(message) => Ok(*message),
            Self::Ready(ready) => {
                let mut bytes = Vec::with_capacity(ready.length());
                ready.encode(&mut bytes)?;
                Ok(v1::WatchResponse::decode(bytes.as_slice())?)
            }
        }
    }
}

/// What stands before the entries of a commit.
pub fn ready_head(incident: &IncidentId, commit_time: Instant) -> Bytes {
    let (incident_id, commit_time) = (incident.to_string(), Some(write_time(commit_time)));
    v1::ChangeSet { incident_id, commit_time, entries: Vec::new() }.encode_to_vec().into()
}

/// An entry as it stands in a commit.
pub fn ready_entry(entry: v1::Entry) -> Bytes {
    // The encoding of a message is that of its fields, one behind the other: this is the field alone.
    v1::ChangeSet { incident_id: String::new(), commit_time: None, entries: vec![entry] }.encode_to_vec().into()
}

impl Ready {
    /// How long the commit is, without its key, its length and the token.
    pub fn length(&self) -> usize {
        self.entries.iter().map(Bytes::len).fold(self.head.len(), usize::saturating_add)
    }

    /// Writes the whole message.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn encode(self, out: &mut impl BufMut) -> Result<(), prost::EncodeError> {
        let length = self.length();
        let Self { head, entries, resume } = self;
        out.put_u8(CHANGES);
        prost::encode_length_delimiter(length, out)?;
        out.put(head);
        entries.into_iter().for_each(|entry| out.put(entry));
        v1::WatchResponse { event: None, resume }.encode(out)
    }
}

/// The codec of a watch: requests as any, answers as [`Answer`] has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct WatchCodec;

/// Writes answers.
#[derive(Debug, Clone, Copy)]
pub struct AnswerEncoder;

fn buffers() -> BufferSettings {
    BufferSettings::new(BUFFER, HANDED_ON)
}

impl Codec for WatchCodec {
    type Encode = Answer;
    type Decode = v1::WatchRequest;
    type Encoder = AnswerEncoder;
    type Decoder = ProstDecoder<v1::WatchRequest>;

    fn encoder(&mut self) -> Self::Encoder {
        AnswerEncoder
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<v1::WatchResponse, v1::WatchRequest>::raw_decoder(buffers())
    }
}

impl Encoder for AnswerEncoder {
    type Item = Answer;
    type Error = Status;

    fn encode(&mut self, answer: Answer, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let encoded = match answer {
            Answer::Message(message) => message.encode(out),
            Answer::Ready(ready) => {
                out.reserve(ready.length());
                ready.encode(out)
            }
        };
        encoded.map_err(|error| Status::internal(error.to_string()))
    }

    fn buffer_settings(&self) -> BufferSettings {
        buffers()
    }
}
