//! A real provider of identities: npm's `oidc-provider`, run by node on loopback, whose tokens and keys are taken.
//!
//! Where node, npm or the package cannot be had, the tests say so and do nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use muster::people::{Claim, ProviderConfig};
use muster_proto::v1;
use muster_proto::v1::author::Hand;
use muster_record::rights::Role;
use muster_record::situation::IncidentKind;
use muster_server::people::Algorithm;
use serde_json::Value;
use tonic::Code;

use crate::home::{COUNCIL, Home, ICB};
use crate::logs;
use crate::participant::refused;

/// The version that is installed for the tests.
const PACKAGE: &str = "oidc-provider@9.13.3";

/// A provider that runs, until it is dropped.
struct Provider {
    child: Child,
    issuer: String,
    token: String,
    jwks: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The folder in which the package is installed once for all runs: below `target`, never committed.
fn installed() -> Result<PathBuf, String> {
    static ONCE: std::sync::OnceLock<Result<PathBuf, String>> = std::sync::OnceLock::new();
    ONCE.get_or_init(|| {
        let built = std::env::current_exe().unwrap();
        let folder = built.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release")).unwrap();
        let folder = folder.parent().unwrap().join("oidc");
        std::fs::create_dir_all(&folder).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc/provider.mjs");
        std::fs::copy(script, folder.join("provider.mjs")).unwrap();
        if folder.join("node_modules/oidc-provider").exists() {
            return Ok(folder);
        }
        std::fs::write(folder.join("package.json"), "{\"private\": true}").unwrap();
        let npm = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", PACKAGE])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output();
        match npm {
            Ok(ran) if ran.status.success() => Ok(folder),
            Ok(ran) => Err(format!("npm could not install {PACKAGE}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
            Err(error) => Err(format!("npm cannot be run: {error}")),
        }
    })
    .clone()
}

/// Runs the provider, with tokens that live for so many minutes.
fn provider(minutes: u32) -> Result<Provider, String> {
    let folder = installed()?;
    let mut child = Command::new("node")
        .args(["provider.mjs", "https://muster.example/api", &minutes.to_string()])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("node cannot be run: {error}"))?;
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line);
    let Ok(said) = serde_json::from_str::<BTreeMap<String, String>>(&line) else {
        drop(child.kill());
        drop(child.wait());
        return Err(format!("the provider did not start under this node ({read:?}, {line:?})"));
    };
    let of = |key: &str| said[key].clone();
    Ok(Provider { child, issuer: of("issuer"), token: of("token"), jwks: of("jwks") })
}

/// The provider, or a word that the test is skipped.
async fn at_hand(minutes: u32) -> Option<Provider> {
    match tokio::task::spawn_blocking(move || provider(minutes)).await.unwrap() {
        Ok(provider) => Some(provider),
        Err(why) => {
            crate::skipping::skipped("provider of identities", why);
            None
        }
    }
}

impl Provider {
    /// A token as a client gets it: client credentials over HTTP.
    fn gives(&self) -> String {
        let address = self.issuer.strip_prefix("http://").unwrap();
        let path = self.token.strip_prefix(&self.issuer).unwrap();
        let body = "grant_type=client_credentials&scope=muster&resource=https%3A%2F%2Fmuster.example%2Fapi\
                    &client_id=duty.manager&client_secret=for+a+test+on+loopback+only";
        let request = format!(
            "POST {path} HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let said: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"));
        said["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// How a council trusts it.
    fn config(&self) -> ProviderConfig {
        ProviderConfig {
            issuer: self.issuer.clone(),
            audience: "https://muster.example/api".to_owned(),
            agency: COUNCIL.parse().unwrap(),
            algorithms: BTreeSet::from([Algorithm::Rs256]),
            jwks_file: None,
            jwks_url: Some(self.jwks.clone()),
            jwks_ca: None,
            acr: BTreeSet::new(),
            person_claim: "sub".to_owned(),
            longest_minutes: 15,
            roles: Claim {
                claim: "roles".to_owned(),
                means: BTreeMap::from([("lead".to_owned(), Role::IncidentLead)]),
            },
            offices: Claim::default(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_real_provider_signs_a_person_in() {
    let Some(provider) = at_hand(10).await else { return };
    let mut home = Home::new();
    home.config.people.providers.push(provider.config());
    let house = home.open().await;
    let token = provider.gives();
    let manager = house.signed_in(&home, COUNCIL, &token).await;
    let incident = manager.opens("Rosebank", IncidentKind::QualityConcern).await;
    let author = manager.reads(&incident).await.remove(0).author.unwrap();
    let person = v1::SignedIn { person: "duty.manager".to_owned(), system: "console".to_owned() };
    assert_eq!(author.hand, Some(Hand::Person(person)));

    // The same token with another agency's certificate, and one with a letter changed.
    let of_icb = house.signed_in(&home, ICB, &token).await;
    let info = of_icb.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await;
    refused(info, Code::Unauthenticated, "CREDENTIAL_INVALID");
    let mut changed = token.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    let changed = house.signed_in(&home, COUNCIL, std::str::from_utf8(&changed).unwrap()).await;
    let info = changed.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await;
    refused(info, Code::Unauthenticated, "CREDENTIAL_INVALID");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_real_provider_that_lives_too_long_is_refused() {
    logs::kept();
    let Some(provider) = at_hand(60).await else { return };
    let mut home = Home::new();
    home.config.people.providers.push(provider.config());
    let house = home.open().await;
    let manager = house.signed_in(&home, COUNCIL, &provider.gives()).await;
    let info = manager.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await;
    refused(info, Code::Unauthenticated, "CREDENTIAL_INVALID");
    logs::tells(&[&provider.issuer, "lives for 3600 seconds"]).await;
    house.close().await;
}
