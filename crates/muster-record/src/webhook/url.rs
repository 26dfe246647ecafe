//! Where a webhook may point to, as far as the address itself tells. What its name resolves to is looked at when it is sent.

use thiserror::Error;

/// The longest address taken, in characters.
const LONGEST: usize = 2000;

/// Where an event is posted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether over TLS.
    pub tls: bool,
    /// The host: a name, or an address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query.
    pub path: String,
}

/// Why a text is no address to post to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadUrl {
    /// It does not begin as it should.
    #[error("does not begin with https://")]
    NotHttps,
    /// It is too long, or has characters that no address has.
    #[error("is not an address: printable ASCII without spaces, at most {LONGEST} characters")]
    Characters,
    /// It holds a name and password.
    #[error("holds a user or a password, which would be sent and shown: take them out")]
    Credentials,
    /// It has no host, or one that is no name and no address.
    #[error("has no host")]
    Host,
    /// Its port is none.
    #[error("has no port from 1 to 65535 behind the host")]
    Port,
}

/// Reads an address. `http` is taken where the server's configuration allows it.
///
/// # Errors
/// What is wrong with it.
pub fn target(url: &str, allow_http: bool) -> Result<Target, BadUrl> {
    if url.len() > LONGEST || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BadUrl::Characters);
    }
    let (tls, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) if allow_http => (false, rest),
        (None, _) => return Err(BadUrl::NotHttps),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).ok_or(BadUrl::Host)?;
    if authority.contains('@') {
        return Err(BadUrl::Credentials);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let (host, behind) = bracketed.split_once(']').ok_or(BadUrl::Host)?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| BadUrl::Host)?;
            let port = if behind.is_empty() { None } else { Some(behind.strip_prefix(':').ok_or(BadUrl::Port)?) };
            (host, port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
    if host.is_empty() || !host.bytes().all(named) {
        return Err(BadUrl::Host);
    }
    let usual = if tls { 443 } else { 80 };
    let port = port.map_or(Ok(usual), |port| port.parse().ok().filter(|port| *port > 0).ok_or(BadUrl::Port))?;
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok(Target { tls, host: host.to_ascii_lowercase(), port, path })
}
