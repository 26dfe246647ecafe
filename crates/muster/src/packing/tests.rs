use muster_record::evidence::key::SigningKey;

use super::*;

const LARGEST: usize = 4096;
/// The digest of a pack made today, which is to be that of the same pack made by any later version.
const AS_EVER: &str = "ccb88f51aef6376d715536e51a7a5d738bdb05b0908c6aad6b561c1e3de953a1";

fn component() -> Vec<u8> {
    [b"\0asm".as_slice(), &[7; 1000]].concat()
}

fn signed(of: &[u8], by: &[u8]) -> Envelope {
    let about = Envelope::about(&"ours".parse().unwrap(), Hash::of(of)).unwrap();
    by.iter().fold(about, |envelope, seed| envelope.signed_by(&SigningKey::from_seed(&[*seed; 32])).unwrap())
}

/// A zip of these files, packed as other tools do.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[track_caller]
fn refused(bytes: Vec<u8>, says: &str) {
    let told = Packed::read(bytes, LARGEST).unwrap_err().to_string();
    assert!(told.contains(says), "{told}");
}

#[test]
fn what_is_packed_is_what_comes_out_and_the_same_gives_the_same_bytes() {
    let component = component();
    let one = Packed::of(component.clone(), vec![signed(&component, &[1]), signed(&component, &[2])]).unwrap();
    let other = Packed::of(component.clone(), vec![signed(&component, &[2, 1]), signed(&component, &[1])]).unwrap();
    let bytes = one.write().unwrap();
    assert_eq!(bytes, other.write().unwrap(), "in whichever order they signed");
    assert_eq!(Hash::of(&bytes).to_string(), AS_EVER, "as on every machine and in every later version");
    assert_eq!(Packed::read(bytes, LARGEST).unwrap(), one);
    assert_eq!(one.envelope.unwrap().count(), 2);

    let alone = Packed::of(component.clone(), Vec::new()).unwrap();
    assert_eq!(Packed::read(alone.write().unwrap(), LARGEST).unwrap(), alone);
    assert_eq!(Packed::read(component, LARGEST).unwrap(), alone, "a component is taken as it is");
}

#[test]
fn a_pack_of_another_tool_is_taken_compressed_and_in_any_order() {
    let envelope = signed(&component(), &[1]);
    let json = envelope.write().unwrap();
    let bytes = zipped(&[(SIGNATURES, json.as_bytes()), (COMPONENT, &component())]);
    let packed = Packed::read(bytes, LARGEST).unwrap();
    assert_eq!((packed.component, packed.envelope), (component(), Some(envelope)));
}

#[test]
fn what_does_not_belong_into_a_pack_is_told_by_name() {
    refused(zipped(&[(COMPONENT, &component()), ("second.wasm", &component())]), "holds \"second.wasm\"");
    refused(zipped(&[(COMPONENT, &component()), ("../../component.wasm", b"x")]), "holds \"../../component.wasm\"");
    refused(zipped(&[("component.wasm/", b"")]), "holds \"component.wasm/\"");
    refused(zipped(&[("\u{1b}[2Jgone", b"x")]), r#"holds "\u{1b}[2Jgone""#);
    refused(zipped(&[(SIGNATURES, b"{}")]), "holds no component.wasm");
    refused(zipped(&[]), "holds no component.wasm");
    refused(zipped(&[(COMPONENT, &component()), (SIGNATURES, b"{}")]), "the signatures will not do");
}

#[test]
fn one_name_is_there_once_and_no_file_is_hidden_behind_the_directory() {
    // Of a second component under the same name the writer would not hear; so its name is changed afterwards.
    let two = zipped(&[(COMPONENT, &component()), ("componemt.wasm", &component())]);
    refused(replaced(&two, b"componemt.wasm", COMPONENT.as_bytes()), "twice");
    // A directory that names one file, over two: other readers, which go from file to file, would see the first.
    let (mut hidden, shown) = (zipped(&[(COMPONENT, b"\0asm, the other one")]), Packed::read(component(), LARGEST));
    hidden.truncate(hidden.len() - 22 - (46 + COMPONENT.len()));
    let both = [hidden, shown.unwrap().write().unwrap()].concat();
    assert!(Packed::read(both, LARGEST).is_err());
}

#[test]
fn a_pack_cut_short_anywhere_or_changed_is_refused() {
    let component = component();
    let packed = Packed::of(component.clone(), vec![signed(&component, &[1])]).unwrap();
    let bytes = packed.write().unwrap();
    for end in ZIP.len()..bytes.len() {
        refused(bytes[..end].to_vec(), "no whole pack");
    }
    let mut changed = bytes;
    changed[200] ^= 1;
    refused(changed, "no whole pack");
}

#[test]
fn no_more_is_unpacked_than_is_taken() {
    let large = vec![0; 1024 * 1024];
    refused(zipped(&[(COMPONENT, &large)]), "component.wasm has more than 4096 bytes");
    refused(
        zipped(&[(COMPONENT, &component()), (SIGNATURES, &large)]),
        "signatures.dsse.json has more than 65536 bytes",
    );
    // The header lies about the size: it is not believed.
    let size = u32::try_from(large.len()).unwrap().to_le_bytes();
    let lies = replaced(&zipped(&[(COMPONENT, &large)]), &size, &100_u32.to_le_bytes());
    assert!(Packed::read(lies, LARGEST).is_err());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.wasm");
    std::fs::write(&file, &large).unwrap();
    let told = format!("{:#}", read_file(&file, LARGEST).unwrap_err());
    assert!(told.contains("has more than 135168 bytes"), "{told}");
}

#[test]
fn signatures_under_another_component_are_neither_packed_nor_unpacked() {
    let told = Packed::of(component(), vec![signed(b"other", &[1])]).unwrap_err().to_string();
    assert!(told.contains("the signatures are under another component"), "{told}");
    let json = signed(b"other", &[1]).write().unwrap();
    refused(zipped(&[(COMPONENT, &component()), (SIGNATURES, json.as_bytes())]), "under another component");
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}
