//! The attacks, as frames.

use super::*;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    RapidReset,
    Continuation,
    EmptyData,
    Ping,
    Settings,
    NoPath,
    Streams,
    Garbage,
    Watchers,
    LargeCommits,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::RapidReset,
        Self::Continuation,
        Self::EmptyData,
        Self::Ping,
        Self::Settings,
        Self::NoPath,
        Self::Streams,
        Self::Garbage,
        Self::Watchers,
        Self::LargeCommits,
    ];

    pub(super) fn told(self) -> &'static str {
        match self {
            Self::RapidReset => "streams opened and reset at once",
            Self::Continuation => "headers that never end (CONTINUATION)",
            Self::EmptyData => "empty DATA without end",
            Self::Ping => "PING, no answer read",
            Self::Settings => "SETTINGS, no answer read",
            Self::NoPath => "requests without a path, no answer read",
            Self::Streams => "2,000 watches on one connection",
            Self::Garbage => "3,000 connections that send no TLS",
            Self::Watchers => "64 watchers that read nothing, huge windows",
            Self::LargeCommits => "the same of a record of the largest commits",
        }
    }

    /// Bytes that the server's memory may grow by. A commit is sent whole, and one of the largest is two thirds of a
    /// megabyte: an agency's 64 watches hold some of them each, and not without end.
    pub(super) fn most(self) -> u64 {
        match self {
            Self::RapidReset
            | Self::Continuation
            | Self::EmptyData
            | Self::Ping
            | Self::Settings
            | Self::NoPath
            | Self::Streams
            | Self::Garbage => MOST,
            // What HTTP/2 keeps for 64 streams, and a commit more for each: close to the others' bound.
            Self::Watchers => MOST + MOST / 4,
            Self::LargeCommits => 5 * MOST,
        }
    }
}

/// One attack: what it has open, and what became of it.
pub(super) struct Attack<'a> {
    kind: Kind,
    target: &'a Target,
    pub(super) frames: usize,
    cut: usize,
    held: usize,
    open: Vec<Connection>,
    plain: Vec<TcpStream>,
}

/// Frames that are written together.
const BATCH: usize = 100;

impl<'a> Attack<'a> {
    /// Does the first half of it.
    pub(super) async fn begun(kind: Kind, target: &'a Target, growth: &mut Growth<'_>) -> Self {
        let (open, plain) = (Vec::new(), Vec::new());
        let mut attack = Self { kind, target, frames: 0, cut: 0, held: 0, open, plain };
        attack.goes_on(growth).await;
        attack
    }

    /// Does as much again.
    pub(super) async fn goes_on(&mut self, growth: &mut Growth<'_>) {
        let Target { ordinary, heavy, .. } = self.target;
        let watch = watch_message(if self.kind == Kind::LargeCommits { heavy } else { ordinary });
        match self.kind {
            Kind::RapidReset => {
                let reset =
                    |stream| [headers(stream, &call(INFO), true), frame(3, 0, stream, &8_u32.to_be_bytes())].concat();
                self.flood(Vec::new(), 10_000, 2, reset, growth).await;
            }
            Kind::Continuation => {
                let begun = frame(1, 0, 1, &call(INFO));
                // Literal fields, new each time, never the end.
                let field = [&[0, 1, b'x', 120][..], &[b'y'; 120]].concat();
                self.flood(begun, 20_000, 1, |_| frame(9, 0, 1, &field), growth).await;
            }
            Kind::EmptyData => {
                self.flood(headers(1, &call(WATCH), false), 50_000, 1, |_| frame(0, 0, 1, &[]), growth).await;
            }
            Kind::Ping => self.flood(Vec::new(), 100_000, 1, |_| frame(6, 0, 0, b"eightabc"), growth).await,
            Kind::Settings => self.flood(Vec::new(), 100_000, 1, |_| frame(4, 0, 0, &[]), growth).await,
            Kind::NoPath => {
                let pathless = [0x83, 0x87];
                self.flood(Vec::new(), 20_000, 1, |stream| headers(stream, &pathless, true), growth).await;
            }
            Kind::Streams => {
                let open = |stream| [headers(stream, &call(WATCH), false), frame(0, 1, stream, &watch)].concat();
                self.flood(Vec::new(), 1_000, 2, open, growth).await;
            }
            Kind::Garbage => {
                for number in 0..1_500_usize {
                    let Ok(mut stream) = TcpStream::connect(self.target.address).await else { continue };
                    let bytes: &[u8] = if number % 2 == 0 {
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                    } else {
                        &[0x16, 3, 1, 0xff, 0xff, 1]
                    };
                    self.frames += usize::from(stream.write_all(bytes).await.is_ok());
                    self.plain.push(stream);
                    if number % BATCH == 0 {
                        growth.look();
                    }
                }
            }
            Kind::Watchers | Kind::LargeCommits => {
                let mut connection = self.target.connected().await;
                for stream in (0..32_u32).map(|number| number * 2 + 1) {
                    let open = [headers(stream, &call(WATCH), false), frame(0, 1, stream, &watch)].concat();
                    self.frames += 2;
                    connection.sends(&open).await;
                    growth.look();
                }
                self.open.push(connection);
            }
        }
        growth.look();
    }

    /// Writes to a connection of its own until all is written or it is stopped.
    async fn flood(
        &mut self,
        first: Vec<u8>,
        rounds: u32,
        frames: usize,
        each: impl Fn(u32) -> Vec<u8>,
        growth: &mut Growth<'_>,
    ) {
        let mut connection = self.target.connected().await;
        connection.sends(&first).await;
        let mut next = 0;
        while next < rounds {
            let until = rounds.min(next + u32::try_from(BATCH).unwrap());
            let bytes: Vec<u8> = (next..until).flat_map(|number| each(number * 2 + 1)).collect();
            match connection.sends(&bytes).await {
                Ended::Taken => self.frames += frames * usize::try_from(until - next).unwrap(),
                Ended::Cut => {
                    self.cut += 1;
                    break;
                }
                Ended::Held => {
                    self.held += 1;
                    break;
                }
            }
            next = until;
            growth.look();
        }
        self.open.push(connection);
    }

    /// How it ended.
    pub(super) fn told(&self) -> &'static str {
        match (self.cut, self.held) {
            (0, 0) => "taken",
            (_, 0) => "cut off by the server",
            (0, _) => "held back by the server",
            _ => "held back and cut off",
        }
    }
}

const INFO: &str = "/muster.v1.ServerService/GetServerInfo";
const WATCH: &str = "/muster.v1.RecordService/Watch";

/// The preface; then windows as large as they can be.
pub(super) fn greeting() -> Vec<u8> {
    let settings = [&[0, 4][..], &0x7fff_ffff_u32.to_be_bytes()].concat();
    let window = (0x7fff_ffff_u32 - 65_535).to_be_bytes();
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(4, 0, 0, &settings), frame(8, 0, 0, &window)].concat()
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// HEADERS that are whole; the last of the stream or not.
fn headers(stream: u32, block: &[u8], ends: bool) -> Vec<u8> {
    frame(1, 4 | u8::from(ends), stream, block)
}

/// The header block of a gRPC call: names from the static table, values as they are.
fn call(path: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat();
    [
        vec![0x83, 0x87, 0x04],
        text(path),
        vec![0x01],
        text("localhost"),
        vec![0x0f, 0x10],
        text("application/grpc"),
        vec![0x00],
        text("te"),
        text("trailers"),
    ]
    .concat()
}

/// A request to follow a record from its first entry, as gRPC frames it.
fn watch_message(incident: &str) -> Vec<u8> {
    let message = watch_one(incident).encode_to_vec();
    [&[0][..], &u32::try_from(message.len()).unwrap().to_be_bytes(), &message].concat()
}
