//! A comparison as one page of HTML: no script, nothing fetched from elsewhere, every text escaped.

use anyhow::Result;
use askama::Template;

use super::Comparison;

/// The page, from `templates/rules-diff.html`, which escapes what is put into it.
#[derive(Template)]
#[template(path = "rules-diff.html")]
struct Page<'a> {
    all: &'a Comparison,
}

/// The whole comparison as a page by itself.
///
/// # Errors
/// When the template cannot be filled in, which a test would have found.
pub fn page(comparison: &Comparison) -> Result<String> {
    Ok(Page { all: comparison }.render()?)
}
