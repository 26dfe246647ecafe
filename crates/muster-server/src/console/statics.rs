//! Style sheet, script and icon: named by their bytes, so that a browser keeps them.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::request::Parts;
use muster_console::assets::{self, Asset};

use super::failing::Failed;

/// One of them, compressed where the browser takes that.
pub(super) async fn file(parts: Parts) -> Result<Response, Failed> {
    let asset = assets::find(parts.uri.path()).ok_or(Failed::NoSuchPage)?;
    let kept = [
        (CONTENT_TYPE, asset.content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    let takes = parts.headers.get_all(ACCEPT_ENCODING).iter();
    let takes_gzip = takes.filter_map(|of| of.to_str().ok()).any(|of| of.contains("gzip"));
    Ok(match compressed(asset).filter(|_| takes_gzip) {
        Some(bytes) => (kept, [(CONTENT_ENCODING, "gzip")], bytes).into_response(),
        None => (kept, asset.bytes.as_slice()).into_response(),
    })
}

/// The file compressed, once for each.
fn compressed(asset: &'static Asset) -> Option<Vec<u8>> {
    static KEPT: Mutex<Vec<(&'static str, Vec<u8>)>> = Mutex::new(Vec::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, bytes)) = kept.iter().find(|(path, _)| *path == asset.path) {
        return Some(bytes.clone());
    }
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(&asset.bytes).ok()?;
    let bytes = writer.finish().ok()?;
    kept.push((&asset.path, bytes.clone()));
    Some(bytes)
}
