//! A checkpoint reads as it was written, and no changed one passes.

use expect_test::expect;

use super::*;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub(crate) fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint {
        origin: Origin { store: [3; 16], incident: IncidentId::from_bytes([9; 16]) },
        root: Root { size, hash: Hash::of(b"root") },
        chain: Hash::of(b"last"),
        at: "2026-03-04T09:00:00.120Z".parse().unwrap(),
        domain: Domain::Exercise,
    }
}

#[test]
fn a_checkpoint_is_a_note_that_a_person_can_read() {
    expect![[r#"
        muster/03030303030303030303030303030303/09090909090909090909090909090909
        64
        SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=
        chain 3547cb112ac4489af2310c0626cdba6f3097a2ad5a3b42ddd3b59c76c7a079a3
        time 2026-03-04T09:00:00.120Z
        domain exercise
        key fe812c12f3ab4ce6

        — muster/03030303030303030303030303030303/09090909090909090909090909090909 VAAqxev/OeDJ+hkzFXAoSWBnB150FJPGh09AjkWHti/1ZtPVIIW5L86szRl0i1twqnAV5GSi0nbTntVEL49RiSyWFAI=
    "#]]
    .assert_eq(&checkpoint(64).sign(&key()).note());
}

#[test]
fn a_note_reads_back_and_its_signature_holds_with_its_key_alone() {
    let signed = checkpoint(64).sign(&key());
    let read = Signed::read(&signed.note()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.check(&key().public()), Ok(()));
    let other = SigningKey::from_seed(&[8; 32]).public();
    assert_eq!(read.check(&other), Err(Unsigned::OtherKey { signed_with: key().public().id(), given: other.id() }));
}

#[test]
fn a_note_with_any_one_bit_flipped_is_not_believed() {
    let note = checkpoint(64).sign(&key()).note();
    let mut flips = 0;
    for place in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let believed = String::from_utf8(bytes)
                .is_ok_and(|text| Signed::read(&text).is_ok_and(|signed| signed.check(&key().public()).is_ok()));
            assert!(!believed, "bit {bit} of byte {place}");
            flips += 1;
        }
    }
    assert!(flips > 3_000, "{flips}");
}

#[test]
fn a_signing_key_reads_back_from_pem_and_shows_itself_nowhere() {
    let pem = key().to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"), "as openssl writes it");
    assert_eq!(SigningKey::from_pem(&pem).unwrap().public(), key().public());
    assert_eq!(format!("{:?}", key()), format!("SigningKey({})", key().public().id()));
    assert!(SigningKey::from_pem("not a key").is_err());
}

#[test]
fn a_public_key_has_one_spelling_and_a_weak_one_is_none() {
    let told = key().public().to_string();
    assert_eq!(told.parse(), Ok(key().public()));
    assert!(told.trim_start_matches("ed25519:").parse::<PublicKey>().is_err());
    // The point of order one, under which one signature fits every text.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert!(PublicKey::from_bytes(&weak).is_err());
}
