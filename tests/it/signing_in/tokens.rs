//! Tokens that are not as they should be.

use super::*;

/// A token that is not as it should be: what is wrong with it, and the token.
fn wrong(number: usize, seeded: &mut Seeded, idps: &[Idp; 3], other_certificate: &str) -> (&'static str, String) {
    let [idp, of_other_agency, untrusted] = idps;
    let (header, claims) = (idp.header(), idp.claims("somebody", &["incident-lead"], &["incident-lead"]));
    let good = || idp.signs(&header, &Value::Object(claims.clone()));
    let with = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims.insert(claim.to_owned(), value);
        idp.signs(&header, &Value::Object(claims))
    };
    let now = seconds();
    let required = ["exp", "nbf", "iat", "iss", "aud", "sub", "staff", "acr"];
    let times = ["exp", "nbf", "iat"];
    let claim = required[seeded.next(required.len())];
    let time = times[seeded.next(times.len())];
    let far = now + 3_600 + i64::try_from(seeded.next(1_000_000_000)).unwrap();
    match number % 20 {
        0..=4 => {
            // A bit of the header, the claims or the signature, under what it is written in.
            let good = good();
            let parts: Vec<&str> = good.split('.').collect();
            let mut bytes: Vec<Vec<u8>> = parts.iter().map(|part| BASE64.decode(part).unwrap()).collect();
            let part = seeded.next(3);
            bytes[part] = seeded.turned(&bytes[part]);
            ("a bit turned", bytes.iter().map(|part| BASE64.encode(part)).collect::<Vec<_>>().join("."))
        }
        5 => {
            let mut claims = claims.clone();
            claims.remove(claim);
            ("a claim is absent", idp.signs(&header, &Value::Object(claims)))
        }
        6 => {
            let wrong = [json!(null), json!(true), json!({}), json!([1]), json!(1.5)];
            ("a claim of another type", with(claim, wrong[seeded.next(wrong.len())].clone()))
        }
        7 => ("a time as a text", with(time, json!(claims[time].to_string()))),
        8 => ("a time far in the future", with(time, json!(far))),
        9 => ("expired", with("exp", json!(now - 31 - i64::try_from(seeded.next(100_000)).unwrap()))),
        10 => {
            let others = ["ES384", "RS256", "PS256", "EdDSA", "HS512"];
            let header = json!({"alg": others[seeded.next(others.len())], "typ": "at+jwt", "kid": idp.kid});
            ("another algorithm", idp.signs(&header, &Value::Object(claims)))
        }
        11 => {
            let none = ["none", "None", "NONE", "nOnE"];
            let header = json!({"alg": none[seeded.next(4)], "typ": "at+jwt"});
            let message =
                format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(Value::Object(claims).to_string()));
            ("no algorithm", format!("{message}."))
        }
        12 => {
            // Signed with the public key as if it were a secret that both know.
            let header = json!({"alg": "HS256", "typ": "at+jwt", "kid": idp.kid});
            let message =
                format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(Value::Object(claims).to_string()));
            let public = &idp.public["keys"][0];
            let secret = match seeded.next(3) {
                0 => public["x"].as_str().unwrap().as_bytes().to_vec(),
                1 => idp.public.to_string().into_bytes(),
                _ => BASE64.decode(public["x"].as_str().unwrap()).unwrap(),
            };
            let key = EncodingKey::from_secret(&secret);
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Signing::HS256).unwrap();
            ("HS256 with the public key", format!("{message}.{signature}"))
        }
        13 => {
            let audiences = [json!("another"), json!(["another", "yet another"]), json!([]), json!("muster-test ")];
            ("another audience", with("aud", audiences[seeded.next(4)].clone()))
        }
        14 => {
            let issuers = ["https://evil.example", "https://council.example/mutated/", "", &of_other_agency.issuer];
            ("another issuer", with("iss", json!(issuers[seeded.next(4)])))
        }
        15 => {
            let kids = [of_other_agency.kid.clone(), untrusted.kid.clone(), "../key".to_owned(), String::new()];
            let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": kids[seeded.next(4)]});
            let signer = [idp, of_other_agency, untrusted][seeded.next(3)];
            ("a key of another provider", signer.signs(&header, &Value::Object(claims)))
        }
        16 => {
            let bound =
                [json!({"x5t#S256": other_certificate}), json!({"jkt": "x"}), json!("x"), json!({"x5t#S256": 5})];
            ("bound to another certificate", with("cnf", bound[seeded.next(4)].clone()))
        }
        17 => ("of another agency's provider", of_other_agency.token("somebody", &["incident-lead"], &[])),
        18 => match seeded.next(3) {
            0 => ("too long", format!("{}{}", good(), "A".repeat(9_000))),
            1 => ("a staff id with a line break", with("staff", json!("a\nb"))),
            _ => {
                let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": idp.kid, "crit": ["b64"]});
                ("a header that is to be understood", idp.signs(&header, &Value::Object(claims)))
            }
        },
        _ => match seeded.next(3) {
            0 => ("too weak a sign-in", with("acr", json!("password"))),
            1 => (
                "of another kind",
                idp.signs(&json!({"alg": "ES256", "typ": "logout+jwt", "kid": idp.kid}), &Value::Object(claims)),
            ),
            _ => ("of an untrusted provider", untrusted.token("somebody", &["incident-lead"], &[])),
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_tokens_that_are_not_as_they_should_be_open_nothing() {
    logs::kept();
    let mut home = Home::new();
    let idps = [
        Idp::of(COUNCIL, "https://council.example/mutated"),
        Idp::of(ICB, "https://icb.example/mutated"),
        Idp::of(CQC, "https://nobody.example/mutated"),
    ];
    idps[0].is_trusted_by(&mut home);
    idps[1].is_trusted_by(&mut home);
    let house = home.open().await;
    let identity = home.authority.system(&COUNCIL.parse().unwrap(), SYSTEM).unwrap();
    let (server, ca) = (house.serving.api(), home.authority.certificate());
    let client = Client::connect(server, &ca, &identity).await.unwrap();
    let call = async |token: String| {
        let mut asked = Request::new(v1::GetServerInfoRequest {});
        asked.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        client.info.clone().get_server_info(asked).await
    };
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let thumb = |der: &[u8]| BASE64.encode(<sha2::Sha256 as sha2::Digest>::digest(der));
    let other = thumb(&CertificateDer::from_pem_slice(ca.as_bytes()).unwrap());
    // As it should be, with and without a binding to the certificate it comes with.
    call(idps[0].token("somebody", &["incident-lead"], &[])).await.unwrap();
    let mut bound = idps[0].claims("somebody", &[], &[]);
    bound.insert("cnf".to_owned(), json!({"x5t#S256": thumb(&certificate)}));
    call(idps[0].signs(&idps[0].header(), &Value::Object(bound))).await.unwrap();

    let mut seeded = Seeded(0x6d75_7374_6572_0002);
    let (mut told, mut kinds) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
    let before = logs::lines(&["a call was refused at the door"]).len();
    for number in 0..MUTATED {
        let (what, token) = wrong(number, &mut seeded, &idps, &other);
        let Err(status) = call(token.clone()).await else { panic!("number {number}, {what}, was let in: {token}") };
        assert_eq!(client::reason(&status).as_deref(), Some("CREDENTIAL_INVALID"), "{number} {what}: {status:?}");
        told.insert((status.code().description(), status.message().to_owned(), status.details().to_vec()));
        *kinds.entry(what).or_default() += 1;
    }
    assert_eq!(told.len(), 1, "all are told the same: {told:?}");
    assert!(kinds.len() >= 20, "{kinds:?}");
    println!("{MUTATED} tokens refused: {kinds:?}");
    assert!(logs::lines(&["a call was refused at the door"]).len() >= before + MUTATED);
    for reason in [
        "the signature is not the key's",
        "has no proper claim exp",
        "iat lies in the future",
        "nbf lies in the future",
        "which is longer than a token may",
        "exp lies in the past",
        "which is not among the algorithms",
        "the token cannot be read",
        "no provider is configured with the issuer \"https://nobody.example/mutated\"",
        "https://council.example/mutated has no key",
        "is bound to another certificate than the caller's",
        "the token was issued for a person of qwu, and came with a certificate of e08000026",
        "does not say that the person signed in as strongly",
        "which is no access token",
        "the token is longer than 8192 bytes",
    ] {
        assert!(!logs::lines(&["a call was refused at the door", reason]).is_empty(), "the log never says: {reason}");
    }
    call(idps[0].token("somebody", &["incident-lead"], &[])).await.unwrap();
    house.close().await;
}
