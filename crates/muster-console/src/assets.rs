//! What pages are drawn with: one style sheet, one script, one icon, each named by the hash of its bytes.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Its address, which changes with its bytes.
    pub path: String,
    /// What it is.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Asset {
    fn new(name: &str, extension: &str, content_type: &'static str, parts: &[&str]) -> Self {
        let bytes = parts.concat().into_bytes();
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("/static/{name}-{hash}.{extension}"), content_type, bytes }
    }
}

/// The style sheet: GOV.UK Frontend without its brand, and what is ours.
pub fn css() -> &'static Asset {
    static CSS: LazyLock<Asset> = LazyLock::new(|| {
        let parts = [include_str!("../assets/govuk.css"), include_str!("../assets/console.css"), PAPER];
        Asset::new("console", "css", "text/css; charset=utf-8", &parts)
    });
    &CSS
}

/// How a briefing looks, on a page of the console and by itself.
const PAPER: &str = include_str!("../assets/paper.css");

/// The style of a briefing that stands by itself, without the console around it.
pub(crate) const SHEET: &str = concat!(include_str!("../assets/sheet.css"), include_str!("../assets/paper.css"));

/// The script, without which every page works too.
pub fn js() -> &'static Asset {
    static JS: LazyLock<Asset> = LazyLock::new(|| {
        Asset::new("live", "js", "text/javascript; charset=utf-8", &[include_str!("../assets/live.js")])
    });
    &JS
}

/// The icon of the tab.
pub fn icon() -> &'static Asset {
    static ICON: LazyLock<Asset> =
        LazyLock::new(|| Asset::new("muster", "svg", "image/svg+xml", &[include_str!("../assets/muster.svg")]));
    &ICON
}

/// The file of an address.
pub fn find(path: &str) -> Option<&'static Asset> {
    [css(), js(), icon()].into_iter().find(|asset| asset.path == path)
}
