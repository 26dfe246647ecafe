//! Handing a rule set on in one file: packed, looked at, installed and unpacked by hand.

use muster_record::evidence::key::SigningKey;

use super::*;
use crate::people_command::by_hand;

/// A component, two envelopes with a signature each, and the keys, as files.
struct Author {
    component: String,
    envelopes: [String; 2],
    keys: [String; 2],
}

async fn author(home: &Home) -> Author {
    let component = home.put("ours.wasm", component()).to_str().unwrap().to_owned();
    let keys = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]));
    let mut envelopes = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        let file = home.put(&format!("{number}.key"), key.to_pem().unwrap());
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let envelope = file.with_extension("dsse.json").to_str().unwrap().to_owned();
        let sign = ["rules", "sign", &component, "--key", file.to_str().unwrap(), "--envelope", &envelope];
        assert!(by_hand(&sign).await.well);
        envelopes.push(envelope);
    }
    Author { component, envelopes: envelopes.try_into().unwrap(), keys: keys.map(|key| key.public().to_string()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_made_looked_at_installed_with_its_signatures_and_taken_apart_by_hand() {
    let (mut home, council, _) = home();
    let keys = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]).public()).to_vec();
    let signers = muster_record::endorsing::Signers { keys, at_least: 2 };
    home.config.rule_sets.signers.insert(COUNCIL.parse().unwrap(), signers);
    let house = home.open().await;
    let Author { component: file, envelopes: [first, second], keys } = author(&home).await;
    let pack = home.put("ours.pack", "");
    let pack = pack.to_str().unwrap();

    let told = by_hand(&["rules", "pack", &file, &first, &second, "-o", pack]).await;
    assert!(told.well && told.out.contains("2 signatures, not checked"), "{}", told.err);
    let bytes = std::fs::read(pack).unwrap();
    let told = by_hand(&["rules", "pack", &file, &second, &first, "-o", pack]).await;
    assert!(told.well && std::fs::read(pack).unwrap() == bytes, "the same gives the same bytes");

    let check = ["rules", "verify-signature", pack, "--at-least", "2", "--key", &keys[0]];
    let told = by_hand(&[check.as_slice(), &["--key", &keys[1]]].concat()).await;
    assert!(told.well && told.out.contains("it is signed as asked for"), "{}", told.err);
    assert!(!by_hand(&check).await.well);
    let told = by_hand(&["rules", "verify-signature", &file, "--key", &keys[0]]).await;
    assert!(!told.well && told.err.contains("there are no signatures"), "{}", told.err);
    let digest = Hash::of(&component()).to_string();
    let told = by_hand(&["rules", "inspect", "--component", pack]).await;
    assert!(told.well && told.out.contains(&digest), "{}", told.err);
    let told = by_hand(&["rules", "check", pack]).await;
    assert!(told.well && told.out.contains(&digest), "{}", told.err);

    let token = home.put("one.jwt", council.token("one", &["rule-set-operator"], &[]));
    let because = ["--because", "the board agreed", "--token", token.to_str().unwrap()];
    let told = typed(&home, &house, &[&["rules", "install", &file], because.as_slice()].concat()).await;
    assert!(!told.well && told.err.contains("NOT_ENDORSED"), "{}", told.err);
    let told = typed(&home, &house, &[&["rules", "install", pack], because.as_slice()].concat()).await;
    assert!(told.well && told.out.contains(&digest), "{}", told.err);

    let folder = home.put("x", "").with_file_name("apart");
    let unpack = ["rules", "unpack", pack, "-o", folder.to_str().unwrap()];
    let told = by_hand(&unpack).await;
    assert!(told.well, "{}", told.err);
    assert_eq!(std::fs::read(folder.join("component.wasm")).unwrap(), component());
    let told = by_hand(&unpack).await;
    assert!(
        !told.well && told.err.contains("component.wasm cannot be written"),
        "nothing is written over: {}",
        told.err
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_packed_is_told_and_a_pack_in_the_configuration_is_used() {
    let mut home = Home::new();
    let Author { component: file, envelopes: [first, _], keys: _ } = author(&home).await;
    let pack = home.put("ours.pack", "");
    let pack = pack.to_str().unwrap();
    let other = home.put("other.wasm", other_build());
    let told = by_hand(&["rules", "pack", other.to_str().unwrap(), &first, "-o", pack]).await;
    assert!(!told.well && told.err.contains("the signatures are under another component"), "{}", told.err);
    let junk = home.put("junk.wasm", "no component");
    let told = by_hand(&["rules", "pack", junk.to_str().unwrap(), "-o", pack]).await;
    assert!(!told.well && told.err.contains("will not do"), "{}", told.err);
    let told = by_hand(&["rules", "pack", &file, junk.to_str().unwrap(), "-o", pack]).await;
    assert!(!told.well && told.err.contains("this is no envelope"), "{}", told.err);
    assert_eq!(std::fs::read(pack).unwrap(), b"", "nothing was written");

    let told = by_hand(&["rules", "pack", &file, &first, "-o", pack]).await;
    assert!(told.well, "{}", told.err);
    let whole = std::fs::read(pack).unwrap();
    let short = home.put("short.pack", &whole[..whole.len() / 2]);
    let told = by_hand(&["rules", "unpack", short.to_str().unwrap()]).await;
    assert!(!told.well && told.err.contains("this is no whole pack"), "{}", told.err);

    home.config.rule_sets.files = vec![pack.into()];
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let incident = system.fails().await;
    assert_eq!(system.advised_by(&incident).await, [MATRIX]);
    house.close().await;
}
