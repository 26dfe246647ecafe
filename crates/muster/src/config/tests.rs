use super::*;

/// Reads a configuration, and makes what has to be made of its providers.
fn wrong(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("muster.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::write(folder.path().join("empty.json"), "{\"keys\": []}").unwrap();
    let told = match Config::read(&path) {
        Err(error) => error,
        Ok(config) => config.people.providers().unwrap_err(),
    };
    format!("{told:#}")
}

const PROVIDER: &str = r#"
[[people.provider]]
issuer = "https://idp.example"
audience = "muster"
agency = "cqc"
algorithms = ["ES256"]
roles = { claim = "roles", means = { lead = "incident-lead" } }
"#;

#[test]
fn the_configurations_of_the_documentation_are_read() {
    let operating = include_str!("../../../../docs/operating.md");
    let whole = operating.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let config: Config = toml::from_str(whole).unwrap();
    assert_eq!(config.limits.limits(), Limits::default(), "the page says what the defaults are");
    assert!(config.access.is_some() && config.listen.people.is_some());
    let identity = include_str!("../../../../docs/identity.md");
    let people = identity.split("```toml\n").find(|part| part.starts_with("# muster.toml")).unwrap();
    let config: Config = toml::from_str(people.split("```").next().unwrap()).unwrap();
    let provider = &config.people.providers[0];
    assert_eq!((provider.person_claim.as_str(), provider.longest_minutes), ("oid", 15));
    assert!(config.people.providers().is_ok());
}

#[test]
fn what_is_wrong_with_access_people_and_limits_is_told() {
    let at = |rest: &str| format!("{PROVIDER}{rest}");
    let url = "jwks_url = \"https://idp.example/keys\"\n";
    let table = [
        ("[access]\nregister = \"access.toml\"".to_owned(), "unknown field `register`, expected `registry`"),
        ("[access]".to_owned(), "missing field `registry`"),
        ("[listen]\npeople = \"everywhere\"".to_owned(), "invalid socket address"),
        ("[limits]\nwatchers = 5".to_owned(), "unknown field `watchers`, expected one of `connections`"),
        ("[limits]\ncalls_per_second = 0".to_owned(), "nonzero"),
        // How many people install a rule set is said by `serve --dev` alone.
        ("installing = \"One\"".to_owned(), "unknown field `installing`"),
        ("[[people.providers]]".to_owned(), "unknown field `providers`, expected `provider`"),
        (at(""), "the provider \"https://idp.example\" of cqc: give either jwks_file or jwks_url"),
        (at(&format!("{url}jwks_file = \"keys.json\"")), "give either jwks_file or jwks_url"),
        (at("jwks_file = \"no-such.json\""), "no-such.json cannot be read"),
        (at("jwks_file = \"empty.json\""), "it holds no public key for signatures"),
        (at("jwks_url = \"http://idp.example/keys\""), "is neither https nor on the loopback interface"),
        (at(&format!("{url}longest_minutes = 0")), "longest_minutes is 0: give 1 to 1440"),
        (at(&format!("{url}jwks_ca = \"empty.json\"")), "holds no certificate"),
        (at(url).replace("ES256", "HS256"), "unknown variant `HS256`, expected one of `ES256`"),
        (at(url).replace("ES256", "none"), "unknown variant `none`"),
        (at(url).replace("[\"ES256\"]", "[]"), "algorithms is empty: name those that it signs with"),
        (at(url).replace("incident-lead", "king"), "unknown variant `king`, expected one of `incident-lead`"),
        (at(url).replace("audience = \"muster\"", "audience = \"\""), "audience is empty"),
        (at(url).replace("audience = \"muster\"\n", ""), "missing field `audience`"),
        (format!("{0}{0}", at(url)), "two providers have this issuer and audience"),
    ];
    for (text, expected) in table {
        let told = wrong(&text);
        assert!(told.contains(expected), "{text}\ntold: {told}\nexpected: {expected}");
    }
}

#[tokio::test]
async fn a_server_without_a_registry_of_systems_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let folder = Folder(folder.path().to_owned());
    let mut config = Config { agencies: development_agencies(), ..Config::default() };
    folder.write(config.agencies.iter().map(|agency| &agency.id)).unwrap();
    config.data = folder.0.join("muster.db");
    config.use_development_certificates(&folder);
    config.access = None;
    let system = std::sync::Arc::new(crate::surroundings::System);
    let started = crate::serving::Serving::start(&config, system, std::sync::Arc::new(String::new)).await;
    let told = format!("{:#}", started.map(drop).unwrap_err());
    assert!(told.contains("set registry in [access]") && told.contains("--dev"), "{told}");
}
