//! The bounds of the server: every one is set on purpose, none is left to a library's default.

use std::num::NonZeroU32;
use std::time::Duration;

/// Bytes of one message in. Imports come in chunks.
pub(crate) const MESSAGE_IN: usize = 256 * 1024;
/// Bytes of one message out: what the common clients take without being asked.
pub(crate) const MESSAGE_OUT: usize = 4 * 1024 * 1024;
/// Bytes of entries in one page: a page is cut there, so that it fits a message with its largest entry.
pub(crate) const PAGE_OUT: usize = 2 * 1024 * 1024;
/// Streams open at once on one connection; the library's own default is no bound.
pub(crate) const STREAMS: u32 = 64;
/// Requests worked on at once for one connection.
pub(crate) const REQUESTS: usize = 64;
/// Bytes of headers.
pub(crate) const HEADERS: u32 = 16 * 1024;
/// Streams reset by our own errors before the connection is ended (RUSTSEC-2024-0003).
pub(crate) const ERROR_RESETS: usize = 1024;
/// Streams reset by the peer that may wait to be accepted (rapid reset).
pub(crate) const PENDING_RESETS: usize = 20;
/// How often a silent connection is asked whether it lives.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(20);
/// How long it has to answer.
pub(crate) const KEEPALIVE_ANSWER: Duration = Duration::from_secs(10);
/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a unary call may take before its headers are out.
pub(crate) const CALL: Duration = Duration::from_secs(10);
/// The same for a call that compiles a rule set.
pub(crate) const COMPILING_CALL: Duration = Duration::from_secs(120);
/// How old a connection may grow before it is asked to go, and a watch before it is ended to be resumed.
pub(crate) const CONNECTION_AGE: Duration = Duration::from_secs(3600);
/// Pages that may wait for a watcher before the watch waits with it. One commit may be half a megabyte, which is a page by
/// itself, and an agency has 64 watches: with 16 waiting for each, watchers that took nothing cost 600 MB.
pub(crate) const WATCH_WAITING: usize = 1;
/// Bytes of commits that are handed over for a watcher together: as much as 32 short entries. Of long ones fewer go.
pub(crate) const WATCH_BYTES: usize = 16 * 1024;
/// How long a watcher may take nothing before its stream is ended; it resumes where it stopped.
pub(crate) const WATCH_STALL: Duration = Duration::from_secs(15);
/// Entries read from the store at a time for one watcher, which holds them until they are sent.
pub(crate) const WATCH_PAGE: usize = 32;
/// Entries in a page of a record where the caller does not say how many, and of an export.
pub(crate) const READ_PAGE: usize = 256;
/// Entries after which a watcher is sent a checkpoint: what a partner could lose without a trace stays short.
pub(crate) const CHECKPOINT_ENTRIES: usize = 64;
/// How often a watcher is sent a checkpoint of what was written since.
pub(crate) const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// Incidents, the newest, of which a watcher of all is sent a checkpoint when it connects.
pub(crate) const CHECKPOINTS_AT_FIRST: usize = 64;
/// Bytes of an exported file in one message.
pub(crate) const EXPORT_CHUNK: usize = 64 * 1024;
/// Pieces of an export that may wait for whoever takes them.
pub(crate) const EXPORT_WAITING: usize = 8;
/// How long an import may send nothing before it is ended; nothing of it is kept then.
pub(crate) const IMPORT_STALL: Duration = Duration::from_secs(30);
/// Bytes of rows in one import: several times the largest file, and a bound to what waits in memory.
pub(crate) const IMPORT_BYTES: usize = 256 * 1024 * 1024;
/// Answers that may wait for whoever imports; word of progress beyond that is left out.
pub(crate) const IMPORT_WAITING: usize = 16;
/// How long a proposal of a rule set may send nothing before it is ended; the whole of it has the time of a call
/// that compiles.
pub(crate) const INSTALL_STALL: Duration = Duration::from_secs(5);
/// How long open streams have to end when the server stops.
pub(crate) const DRAIN: Duration = Duration::from_secs(5);
/// Connections to one listener at once: each costs memory before anything is asked on it.
pub(crate) const CONNECTIONS: usize = 1_024;
/// Connections of one agency at once, so that none takes them all.
pub(crate) const CONNECTIONS_PER_AGENCY: usize = 32;
/// Open watches of one agency at once.
pub(crate) const WATCHERS_PER_AGENCY: usize = 64;
/// Calls of one agency in a second, in the long run: far more than people make, and less than a loop gone wild.
pub(crate) const CALLS_PER_SECOND: NonZeroU32 = NonZeroU32::new(2_000).unwrap();
/// Calls of one agency at once, after it was quiet: a system that catches up after a break.
pub(crate) const CALLS_AT_ONCE: NonZeroU32 = NonZeroU32::new(4_000).unwrap();
/// Agencies and addresses whose rate of calls is remembered before those long quiet are forgotten.
pub(crate) const RATES_REMEMBERED: usize = 10_000;
/// How long streams have to end, after a connection is as old as it may grow, before it is cut.
pub(crate) const CONNECTION_GRACE: Duration = Duration::from_secs(30);
/// Connections that may wait between their handshake and the server.
pub(crate) const HANDSHAKEN_WAITING: usize = 16;
/// How long accepting rests after it failed, which it does when the machine has run out of something.
pub(crate) const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// Bytes that may be on their way to one stream of a client that reads, before it says that it took them.
pub(crate) const STREAM_WINDOW: u32 = 1024 * 1024;
/// The same for all streams of a connection.
pub(crate) const CONNECTION_WINDOW: u32 = 2 * 1024 * 1024;
/// Bytes of one HTTP/2 frame in: the least that the protocol has.
pub(crate) const FRAME: u32 = 16 * 1024;
/// Bytes of a bearer token: a provider that puts hundreds of groups into one has to be told which matter.
pub(crate) const TOKEN: usize = 8 * 1024;
/// How far a provider's clock may be from ours.
pub(crate) const TOKEN_LEEWAY: Duration = Duration::from_secs(30);
/// How long fetching a provider's keys may take: within the time of a call.
pub(crate) const KEYS_FETCH: Duration = Duration::from_secs(5);
/// Bytes of a provider's keys.
pub(crate) const KEYS_BYTES: usize = 256 * 1024;
/// How long a key that is not known does not have the keys fetched again.
pub(crate) const KEYS_AGAIN: Duration = Duration::from_secs(60);
/// How old fetched keys may grow: one that a provider has taken back is not taken for longer than this.
pub(crate) const KEYS_AGE: Duration = Duration::from_secs(3600);
/// Bytes of a form that a page sends.
pub(crate) const FORM: usize = 64 * 1024;
/// Bytes of a token in a session's cookie: browsers keep four thousand and some, with the cookie's name and attributes.
pub(crate) const SESSION: usize = 3_800;
/// How often, in seconds, an open page is sent word that the server lives.
pub(crate) const PAGE_MARK: u32 = 15;
/// Pieces that may wait for an open page.
pub(crate) const PAGE_WAITING: usize = 2;
/// How long a page waits for rule sets to look at what its reader has just written.
pub(crate) const PAGE_ADVICE: Duration = Duration::from_millis(1_500);
/// Entries on one page of a record.
pub(crate) const PAGE_ENTRIES: usize = 50;
/// Entries that are looked through for one page of a record.
pub(crate) const PAGE_SEARCHED: usize = 2_000;
/// Incidents on the first page.
pub(crate) const PAGE_INCIDENTS: usize = 500;
/// Proposals of an agency to install rule sets that its pages go through, the newest first.
pub(crate) const PAGE_INSTALLS: usize = 500;

/// How often the clocks of running exercises are moved on.
pub(crate) const EXERCISE_TICK: Duration = Duration::from_millis(50);

/// How often an open page of an exercise is told, at most, that it stands otherwise.
pub(crate) const EXERCISE_LOOK: Duration = Duration::from_millis(500);

/// How long such a page is told so before it has to come again.
pub(crate) const EXERCISE_PAGE: Duration = Duration::from_secs(60);
