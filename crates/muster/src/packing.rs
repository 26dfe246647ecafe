//! A packed rule set: its component and the signatures under it in one file, to be handed on.
//!
//! A pack is a plain zip of two files under fixed names, neither compressed nor dated: the same component and signatures
//! give the same bytes. Nothing in a pack is believed: what counts is the component's digest, and who signed that.

use std::fs::File;
use std::io::{Cursor, Read as _, Seek, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use muster_record::endorsing::{ENVELOPE_BYTES, Envelope, NotEndorsed};
use muster_record::entry::Hash;
use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use crate::authoring::WITH_INTERPRETER;
use crate::serving;

/// What the component is called in a pack.
pub const COMPONENT: &str = "component.wasm";
/// What the envelope with the signatures is called in a pack.
pub const SIGNATURES: &str = "signatures.dsse.json";
/// What every zip begins with. A component begins with `\0asm`.
const ZIP: &[u8] = b"PK";
/// What a pack may hold beside its two files: headers and a directory, with room for what other tools put there.
const AROUND: usize = 64 * 1024;

/// A rule set as it was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The component.
    pub component: Vec<u8>,
    /// The signatures under it, where there are any.
    pub envelope: Option<Envelope>,
}

/// Why a pack was not made, or not taken.
#[derive(Debug, Error)]
pub enum BadPack {
    /// It cannot be read to its end.
    #[error("this is no whole pack, which is a zip file that does not contradict itself: have it sent again ({0})")]
    NotWhole(String),
    /// It holds something that does not belong there.
    #[error("the pack holds {name:?}: a pack holds {COMPONENT} and {SIGNATURES}, one each, and nothing else")]
    Other {
        /// What that is called.
        name: String,
    },
    /// There is no component in it.
    #[error("the pack holds no {COMPONENT}")]
    NoComponent,
    /// A file in it is larger than is taken.
    #[error("the pack's {name} has more than {limit} bytes, and no more are taken")]
    TooLarge {
        /// Which of its files.
        name: &'static str,
        /// What is taken, in bytes.
        limit: usize,
    },
    /// It is larger than anything that is taken could be.
    #[error(
        "the file has more than {limit} bytes, and no more are taken: build the component for size, or raise the limit"
    )]
    TooLong {
        /// What is taken, in bytes.
        limit: usize,
    },
    /// Its envelope cannot be read.
    #[error("the signatures will not do")]
    Envelope(#[from] NotEndorsed),
    /// Its signatures are under other bytes.
    #[error("the signatures are under another component, sha256 {signed}, and this one is sha256 {is}")]
    OtherComponent {
        /// What they are under.
        signed: Hash,
        /// What the component is.
        is: Hash,
    },
}

impl From<ZipError> for BadPack {
    fn from(error: ZipError) -> Self {
        Self::NotWhole(error.to_string())
    }
}

impl From<std::io::Error> for BadPack {
    fn from(error: std::io::Error) -> Self {
        Self::NotWhole(error.to_string())
    }
}

impl Packed {
    /// A component with the signatures of some envelopes, all of which are about it.
    ///
    /// # Errors
    /// [`BadPack::OtherComponent`], or [`BadPack::Envelope`] where one cannot be read or does not go with the others.
    pub fn of(component: Vec<u8>, envelopes: Vec<Envelope>) -> Result<Self, BadPack> {
        let is = Hash::of(&component);
        let mut all: Option<Envelope> = None;
        for envelope in envelopes {
            let signed = envelope.component()?;
            if signed != is {
                return Err(BadPack::OtherComponent { signed, is });
            }
            all = Some(match all {
                None => envelope,
                Some(before) => before.joined(envelope)?,
            });
        }
        Ok(Self { component, envelope: all })
    }

    /// The pack as a file. The same component and signatures give the same bytes.
    ///
    /// # Errors
    /// Does not happen: what is in memory can be written to memory.
    pub fn write(&self) -> Result<Vec<u8>, BadPack> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // Not compressed, as what a compressor makes of it is another from one version to the next.
        let plain = SimpleFileOptions::default()
            .system(System::Unix)
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        zip.start_file(COMPONENT, plain)?;
        zip.write_all(&self.component)?;
        if let Some(envelope) = &self.envelope {
            zip.start_file(SIGNATURES, plain)?;
            zip.write_all(envelope.write()?.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// Reads a pack, or a component by itself. Of a pack no more is unpacked than `largest` bytes of the component and a
    /// whole envelope; whether a component by itself is too large, and whether it is one, is for whoever loads it.
    ///
    /// # Errors
    /// [`BadPack`].
    pub fn read(bytes: Vec<u8>, largest: usize) -> Result<Self, BadPack> {
        if !bytes.starts_with(ZIP) {
            return Ok(Self { component: bytes, envelope: None });
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes))?;
        // Looked at before anything is unpacked, and before a reader of another make could see other files in it.
        for name in zip.file_names() {
            let name = name?;
            if name != COMPONENT && name != SIGNATURES {
                return Err(BadPack::Other { name: name.into_owned() });
            }
        }
        if zip.offset() != 0 {
            return Err(BadPack::NotWhole("something stands before it".to_owned()));
        }
        if zip.has_duplicate_names() {
            return Err(BadPack::Other { name: format!("{COMPONENT} or {SIGNATURES} twice") });
        }
        zip.validate_header_consistency()?;
        let component = unpacked(&mut zip, COMPONENT, largest)?.ok_or(BadPack::NoComponent)?;
        let envelope = unpacked(&mut zip, SIGNATURES, ENVELOPE_BYTES)?;
        let envelope = envelope.map(|json| Envelope::read(&json)).transpose()?;
        Self::of(component, envelope.into_iter().collect())
    }
}

/// A file of the pack, if it is there.
fn unpacked<R: std::io::Read + Seek>(
    zip: &mut ZipArchive<R>,
    name: &'static str,
    limit: usize,
) -> Result<Option<Vec<u8>>, BadPack> {
    let file = match zip.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // What its header says of its size is not believed: reading stops one byte behind the limit.
    up_to(file, limit)?.map(Some).ok_or(BadPack::TooLarge { name, limit })
}

/// All that there is to read, unless it is more than `limit` bytes.
fn up_to(from: impl std::io::Read, limit: usize) -> std::io::Result<Option<Vec<u8>>> {
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    from.take(one_more).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= limit).then_some(bytes))
}

/// Reads the file of a pack, or of a component by itself, as [`Packed::read`] does.
///
/// # Errors
/// When it cannot be read, or what is wrong with it.
pub fn read_file(path: &Path, largest: usize) -> Result<Packed> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let limit = largest.saturating_add(ENVELOPE_BYTES).saturating_add(AROUND);
    let bytes = up_to(file, limit).with_context(|| format!("{shown} cannot be read"))?;
    let packed = bytes.ok_or(BadPack::TooLong { limit }).and_then(|bytes| Packed::read(bytes, largest));
    packed.with_context(|| format!("{shown} will not do"))
}

/// As [`read_file`], of the size that an author's tools take, with the signatures of an envelope beside it.
///
/// # Errors
/// As [`read_file`], and where the envelope is about another component.
pub fn read_with(path: &Path, envelope: Option<&Path>) -> Result<Packed> {
    let Packed { component, envelope: within } = read_file(path, serving::bytes(WITH_INTERPRETER))?;
    let beside = envelope.map(read_envelope).transpose()?;
    let packed = Packed::of(component, within.into_iter().chain(beside).collect());
    packed.with_context(|| format!("{} will not do", envelope.unwrap_or(path).display()))
}

/// Reads an envelope from its file.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read_envelope(path: &Path) -> Result<Envelope> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let bytes = up_to(file, ENVELOPE_BYTES).with_context(|| format!("{shown} cannot be read"))?;
    let bytes = bytes.ok_or(BadPack::TooLong { limit: ENVELOPE_BYTES });
    let envelope = bytes.and_then(|bytes| Ok(Envelope::read(&bytes)?));
    envelope.with_context(|| format!("{shown} will not do"))
}

#[cfg(test)]
mod tests;
