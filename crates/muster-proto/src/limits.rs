//! What a request may hold. These are part of the API: `GetServerInfo` tells them, the protos say them.

use crate::v1;

/// Bytes in one request message: enough for 500 commands of ordinary length, and too little to fill the memory with.
pub const MAX_MESSAGE: usize = 256 * 1024;

/// Commands in one append: everybody in a large home registered at once.
pub const MAX_COMMANDS: usize = 500;

/// Entries, incidents or proposals in one page.
pub const MAX_PAGE: u32 = 500;

/// What a page holds when nobody says how much.
pub const DEFAULT_PAGE: u32 = 100;

/// Characters of a note, body, brief, reason of a decision or minutes: about ten printed pages.
pub const MAX_LONG_TEXT: usize = 20_000;

/// Characters of any other text: about a printed page.
pub const MAX_TEXT: usize = 2_000;

/// Members of a list in a command: details, needs, options weighed ...
pub const MAX_LIST: usize = 50;

/// Services of one incident: a national provider's in one region.
pub const MAX_SERVICES: usize = 200;

/// Rows of one import: several times what the regulator's directory has.
pub const MAX_IMPORT_ROWS: usize = 200_000;

/// Bytes of a component in one message.
pub const MAX_CHUNK: usize = 64 * 1024;

/// Seconds between bookmarks of a watch, at least: sooner would be noise.
pub const MIN_BOOKMARK_SECONDS: u32 = 5;

/// Seconds between bookmarks of a watch, at most: proxies close what is silent for longer.
pub const MAX_BOOKMARK_SECONDS: u32 = 60;

/// Seconds between bookmarks of a watch when nobody says.
pub const DEFAULT_BOOKMARK_SECONDS: u32 = 20;

/// The limits as the API tells them.
pub fn write_limits() -> v1::Limits {
    let number = |limit: usize| u32::try_from(limit).unwrap_or(u32::MAX);
    v1::Limits {
        message_bytes: number(MAX_MESSAGE),
        commands: number(MAX_COMMANDS),
        page: MAX_PAGE,
        long_text: number(MAX_LONG_TEXT),
        short_text: number(MAX_TEXT),
        list: number(MAX_LIST),
        services: number(MAX_SERVICES),
    }
}
