use super::*;

fn registry(text: &str) -> Result<Registry> {
    read(text, Path::new("access.toml"), "muster.local")
}

/// What is wrong with a text, and everything that led to it.
fn wrong(text: &str) -> String {
    format!("{:#}", registry(text).unwrap_err())
}

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

#[test]
fn a_whole_registry_is_read() {
    let text = format!(
        r#"
        systems_not_listed = {{ unattended = ["feed"] }}
        [[authority]]
        name = "issuing"
        key_sha256 = "{KEY}"
        agencies = ["cqc", "e08000026"]
        [[system]]
        uri = "spiffe://muster.local/agency/cqc/system/case-mgmt"
        roles = ["regulator-observer"]
        [[system]]
        uri = "spiffe://muster.local/agency/e08000026/system/old"
        state = "suspended"
        [[revoked]]
        authority = "issuing"
        serial = "00:0a:FF"
        because = "a laptop was lost"
        [[revoked]]
        key_sha256 = "{KEY}"
        "#
    );
    let registry = registry(&text).unwrap();
    let key = digest(KEY).unwrap();
    assert_eq!(registry.authorities[0].key, key);
    assert_eq!(registry.not_listed.unwrap().unattended, BTreeSet::from([Role::Feed]));
    assert_eq!(
        registry.systems.values().map(|system| system.state).collect::<Vec<_>>(),
        [SystemState::Active, SystemState::Suspended]
    );
    assert_eq!(registry.revoked.serials, BTreeSet::from([(key, vec![0x0a, 0xff])]));
    assert_eq!(registry.revoked.keys, BTreeSet::from([key]));
}

#[test]
fn the_example_of_the_documentation_is_a_registry() {
    let page = include_str!("../../../../docs/identity.md");
    let example = page.split("```toml\n").find(|part| part.starts_with("# access.toml")).unwrap();
    let example = example.split("```").next().unwrap();
    let registry = read(example, Path::new("access.toml"), "muster.example").unwrap();
    assert!(!registry.authorities.is_empty() && !registry.systems.is_empty());
    assert!(!registry.revoked.serials.is_empty() && !registry.revoked.keys.is_empty());
}

#[test]
fn the_registry_for_development_lets_every_system_do_everything() {
    let folder = tempfile::tempdir().unwrap();
    let authority = crate::dev_certs::Authority::new().unwrap();
    std::fs::write(folder.path().join("ca.pem"), authority.certificate()).unwrap();
    let agencies: Vec<AgencyId> = vec!["cqc".parse().unwrap()];
    let registry = read(&permissive("ca.pem", &agencies), &folder.path().join("access.toml"), "muster.local").unwrap();
    let everything: BTreeSet<Role> = Role::ALL.iter().copied().collect();
    let may = registry.not_listed.unwrap();
    assert_eq!((may.at_most, may.unattended), (everything.clone(), everything));
}

#[test]
fn what_is_wrong_in_a_registry_is_told_with_what_would_do() {
    let refused = "systems_not_listed = \"refused\"\n";
    let authority = |rest: &str| format!("{refused}[[authority]]\nname = \"a\"\nagencies = [\"cqc\"]\n{rest}");
    let whole = format!("key_sha256 = \"{KEY}\"\n");
    let table = [
        ("", "missing field `systems_not_listed`"),
        ("systems_not_listed = 1", "give \"refused\", or a table with the lists `roles` and `unattended`"),
        ("systems_not_listed = { rolls = [] }", "`roles` and `unattended`"),
        (&format!("{refused}[[authorities]]"), "unknown field `authorities`"),
        (&authority(""), "the authority \"a\": give either its certificate or its key_sha256"),
        (&authority(&format!("{whole}certificate = \"x.pem\"")), "give either its certificate or its key_sha256"),
        (&authority("key_sha256 = \"00\""), "\"00\" is no SHA-256: it has 64 hexadecimal digits"),
        (&authority("certificate = \"no.such.pem\""), "no.such.pem is no certificate in PEM"),
        (
            &format!("{}[[authority]]\nname = \"b\"\nagencies = []\n{whole}", authority(&whole)),
            "the authority \"b\" has a name or a key that another one has",
        ),
        (
            &format!("{refused}[[system]]\nuri = \"spiffe://other/agency/cqc/system/a\""),
            "it is spiffe://muster.local/agency/AGENCY/system/SYSTEM",
        ),
        (
            &format!("{refused}{0}{0}", "[[system]]\nuri = \"spiffe://muster.local/agency/cqc/system/a\"\n"),
            "has two rows: give each system once",
        ),
        (
            &format!("{refused}[[system]]\nuri = \"spiffe://muster.local/agency/cqc/system/a\"\nstate = \"off\""),
            "expected `active` or `suspended`",
        ),
        (
            &format!("{refused}[[system]]\nuri = \"spiffe://muster.local/agency/cqc/system/a\"\nroles = [\"king\"]"),
            "unknown variant `king`, expected one of `incident-lead`",
        ),
        (&format!("{refused}[[revoked]]\nserial = \"01\""), "by its key_sha256, or by its authority and serial"),
        (&format!("{refused}[[revoked]]\nauthority = \"b\"\nserial = \"01\""), "\"b\", which is no authority"),
        (&format!("{refused}[[revoked]]\nkey_sha256 = \"zz\""), "\"zz\" is no SHA-256"),
    ];
    for (text, expected) in table {
        let told = wrong(text);
        assert!(told.contains(expected), "{text}\ntold: {told}\nexpected: {expected}");
    }
}
