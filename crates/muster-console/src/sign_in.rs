//! Signing in, for whoever has a token of their agency's provider.

use askama::Template;

use crate::frame::Frame;

/// The page.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    frame: Frame,
    wrong: Option<String>,
    to: String,
}

impl SignInPage {
    /// The page, with what was wrong with the last try and where to go afterwards.
    pub fn new(wrong: Option<&str>, to: &str) -> Self {
        Self { frame: Frame::plain("Sign in"), wrong: wrong.map(ToOwned::to_owned), to: to.to_owned() }
    }
}
