//! The console by requests alone: who is let in to which page, what a session is, and what another site cannot do.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use muster::dev_certs::Folder;
use muster::{dev_idp, dev_links};
use muster_record::agency::Interest;
use muster_record::incident::participants;
use muster_record::situation::IncidentKind;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};

use crate::home::{COUNCIL, CQC, Home, House, ICB, agency};
use crate::participant::invite;
use crate::signing_in::Idp;

/// A browser without a window: what it was told last of its session.
pub(crate) struct Visitor {
    server: SocketAddr,
    ca: String,
    session: Option<String>,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.map(|line| line.split_once(':').unwrap().1.trim())
    }
}

impl Visitor {
    pub(crate) fn of(home: &Home, house: &House<'_>) -> Self {
        Self { server: house.serving.people().unwrap(), ca: home.authority.certificate(), session: None }
    }

    fn asks(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        tokio::task::block_in_place(|| self.sends(method, path, headers, body))
    }

    fn sends(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.ca.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(self.server).unwrap());
        let session = self.session.iter().map(|session| format!("cookie: {session}\r\n")).collect::<String>();
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:{}\r\n{session}{headers}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.server.port(),
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn gets(&self, path: &str) -> Answer {
        self.asks("GET", path, &[], "")
    }

    pub(crate) fn posts(&self, path: &str, body: &str) -> Answer {
        self.asks("POST", path, &[("sec-fetch-site", "same-origin")], body)
    }

    /// Signs in, and keeps the cookie.
    pub(crate) fn signs_in(&mut self, token: &str) -> Answer {
        let answer = self.posts("/sign-in", &format!("token={token}&to=/"));
        self.session = answer.header("set-cookie").map(|set| set.split(';').next().unwrap().to_owned());
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_a_token_that_is_looked_at_with_every_request() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/sessions"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let mut visitor = Visitor::of(&home, &house);
    let turned = visitor.gets("/incidents/0123456789abcdef0123456789abcdef");
    assert_eq!(
        (turned.status, turned.header("location")),
        (303, Some("/sign-in?to=/incidents/0123456789abcdef0123456789abcdef"))
    );
    let refused = visitor.signs_in("no.such.token");
    assert!(refused.status == 401 && refused.header("set-cookie").is_none(), "{}", refused.head);

    let token = idp.token("duty.manager", &["incident-lead"], &["incident-lead"]);
    let signed_in = visitor.signs_in(&token);
    let set = signed_in.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-muster=ey"), "{set}");
    for attribute in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(set.contains(attribute), "{set}");
    }
    let first = visitor.gets("/");
    assert!(first.status == 200 && first.body.contains("Coventry City Council"), "{}", first.head);
    assert!(first.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    // A letter of the token changed, and the token of a person without a role.
    let whole = visitor.session.clone().unwrap();
    visitor.session = Some(whole.replace("__Host-muster=ey", "__Host-muster=ez"));
    assert_eq!(visitor.gets("/").status, 303);
    visitor.signs_in(&idp.token("nobody", &[], &[]));
    let without = visitor.gets("/");
    assert!(without.status == 403 && without.body.contains("RIGHT_MISSING"), "{}", without.body);
    // In the header, as a gateway sets it.
    visitor.session = None;
    let bearer = format!("Bearer {token}");
    assert_eq!(visitor.asks("GET", "/", &[("authorization", &bearer)], "").status, 200);
    let out = visitor.posts("/sign-out", "");
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"), "{}", out.head);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_what_the_call_answers_and_nothing_to_whoever_has_no_seat() {
    let mut home = Home::new();
    let [of_council, of_icb, of_cqc] =
        [COUNCIL, ICB, CQC].map(|of| Idp::of(of, &format!("https://{of}.example/pages")));
    for idp in [&of_council, &of_icb, &of_cqc] {
        idp.is_trusted_by(&mut home);
    }
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let id = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.does(&id, [invite(ICB, Interest::Information)]).await;
    icb.does(&id, [participants::Command::Join.into()]).await;
    let seq = council.notes(&id, "the landlord <telephoned>").await;
    let (mut of_the_icb, mut stranger) = (Visitor::of(&home, &house), Visitor::of(&home, &house));
    of_the_icb.signs_in(&of_icb.token("nurse", &["practitioner"], &[]));
    stranger.signs_in(&of_cqc.token("inspector", &["practitioner"], &[]));
    let record = of_the_icb.gets(&format!("/incidents/{id}/record")).body;
    assert!(record.contains("the landlord &#60;telephoned&#62;") || record.contains("the landlord &lt;telephoned&gt;"));
    assert!(of_the_icb.gets(&format!("/incidents/{id}/access/{seq}")).body.contains("interest in this incident"));
    for path in [
        "",
        "/advice",
        "/questions",
        "/actions",
        "/people",
        "/record",
        "/report",
        "/why/1",
        "/access/1",
        "/clock?key=72-hours",
        "/options",
        "/letters",
        "/places",
        "/manage",
        "/made-of?what=people",
    ] {
        let (here, nowhere) = (format!("/incidents/{id}{path}"), format!("/incidents/{}{path}", "0".repeat(32)));
        let (seated, unseated) = (stranger.gets(&here), stranger.gets(&nowhere));
        assert_eq!(seated.status, 403, "{path}");
        assert_eq!(seated.body, unseated.body, "{path}: a stranger cannot tell that it exists");
    }
    assert!(!stranger.gets("/").body.contains("Rosebank"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_site_sends_is_not_written_and_what_is_sent_twice_is_written_once() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/forms"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let id = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let mut visitor = Visitor::of(&home, &house);
    visitor.signs_in(&idp.token("duty.manager", &["incident-lead"], &["incident-lead"]));
    let (path, form) = (format!("/incidents/{id}/answer"), "request=one&key=care-stops&answer=no&source=the+landlord");
    for headers in
        [&[][..], &[("sec-fetch-site", "cross-site")], &[("origin", "https://evil.example")], &[("origin", "null")]]
    {
        let refused = visitor.asks("POST", &path, headers, form);
        assert!(refused.status == 403 && refused.body.contains("ORIGIN_NOT_ALLOWED"), "{headers:?}: {}", refused.head);
    }
    let before = council.reads(&id).await.len();
    for _ in 0..2 {
        let written = visitor.posts(&path, form);
        let back = format!("/incidents/{id}/questions?done=answered");
        assert_eq!((written.status, written.header("location")), (303, Some(back.as_str())), "{}", written.body);
    }
    let entries = council.reads(&id).await;
    assert_eq!(entries.len(), before + 1);
    assert!(entries.last().unwrap().told.contains("answered care-stops: no (the landlord)"));
    // Another form under the same name, one with nothing chosen, and one without a name.
    let other = visitor.posts(&path, "request=one&key=care-stops&answer=yes&source=?");
    assert!(other.status == 409 && other.body.contains("REQUEST_ID_REUSED"), "{}", other.body);
    for form in ["request=two&key=care-stops&source=x", "key=care-stops&answer=no&source=x"] {
        assert_eq!(visitor.posts(&path, form).status, 400, "{form}");
    }
    assert_eq!(council.reads(&id).await.len(), before + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once_and_only_a_server_for_development_takes_one() {
    let (mut home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    let certs = Folder(folder.path().to_owned());
    let signed = dev_idp::on_duty(&agency(COUNCIL), 60);
    dev_idp::make(&certs).unwrap();
    let house = home.open().await;
    let secret = |server: SocketAddr| {
        let link = dev_links::make(&certs, server, &signed, "/?phase=closed").unwrap();
        link.split_once(&format!(":{}", server.port())).unwrap().1.to_owned()
    };
    let visitor = Visitor::of(&home, &house);
    assert_eq!(visitor.gets(&secret(visitor.server)).status, 404, "no development server");
    house.close().await;

    dev_idp::serves(&mut home.config, &certs).unwrap();
    let house = home.open().await;
    let visitor = Visitor::of(&home, &house);
    let link = secret(visitor.server);
    let first = visitor.gets(&link);
    assert_eq!((first.status, first.header("location")), (303, Some("/?phase=closed")));
    assert!(first.header("set-cookie").unwrap().starts_with("__Host-muster=ey"));
    assert_eq!(visitor.gets(&link).status, 404, "once");
    assert_eq!(visitor.gets("/sign-in/link/00000000000000000000000000000000").status, 404);
    house.close().await;
}
