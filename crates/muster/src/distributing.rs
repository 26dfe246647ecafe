//! Rule sets on a registry: pushed and pulled as OCI artefacts, by people who hand them on. A server does neither.
//!
//! A component is one layer under the media types that tools for WebAssembly share; the envelope with the signatures
//! stands beside it under the tag that cosign would look under, as old registries do not answer who refers to what.
//! Nothing that a registry says is believed: what comes is held to the digest that was asked for.

mod place;

use anyhow::{Context as _, Result, anyhow, bail};
use muster_record::endorsing::{ENVELOPE_BYTES, Envelope};
use muster_record::entry::Hash;
use oci_client::client::{Config, ImageLayer};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use serde_json::json;
use tokio_stream::StreamExt as _;

use crate::authoring::WITH_INTERPRETER;
use crate::authoring::inspecting::World;
use crate::packing::Packed;
use crate::serving;

pub use place::{Place, Speaking};

/// The layer that is a component.
const WASM: &str = "application/wasm";
/// What describes it.
const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// A layer that is an envelope with signatures.
const DSSE: &str = "application/vnd.dsse.envelope.v1+json";
/// What describes nothing.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The largest manifest that is taken, in bytes: the least that registries are to take.
const MANIFEST_BYTES: usize = 4 * 1024 * 1024;
/// Envelopes that are looked for beside one component.
const ENVELOPES: usize = 16;

/// A registry that is spoken to.
pub struct Registry {
    client: Client,
    auth: RegistryAuth,
    place: Reference,
}

impl Registry {
    /// A registry, with the user and password of the environment where it has them (`MUSTER_REGISTRY_USER`,
    /// `MUSTER_REGISTRY_PASSWORD`). Nothing is sent yet.
    ///
    /// # Errors
    /// Where the environment has one of the two, or no connection can be made to anything.
    pub fn at(place: &Place) -> Result<Self> {
        let auth = place::credentials()?;
        // A second time does no harm: it is the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::try_from(place.client_config()).map_err(|error| told(place.reference(), &error))?;
        Ok(Self { client, auth, place: place.reference().clone() })
    }

    /// Pushes a component under the tag of the place, and the signatures under it. Signatures that are there already stay.
    /// The digest comes back by which it is pulled: the same component gives the same each time.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn push(&self, packed: &Packed, world: &World, annotations: [(&str, &str); 2]) -> Result<Hash> {
        let layer = ImageLayer::new(packed.component.clone(), WASM.to_owned(), None);
        let config = Config::new(described(world, &layer.sha256_digest())?, WASM_CONFIG.to_owned(), None);
        let annotations = annotations.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let manifest = OciImageManifest::build(std::slice::from_ref(&layer), &config, Some(annotations.into()));
        let digest = self.put(&self.place, &[layer], config, manifest).await?;
        if let Some(envelope) = &packed.envelope {
            let there = self.signatures(digest).await?;
            let all = Packed::of(packed.component.clone(), there.into_iter().chain([envelope.clone()]).collect())?;
            let json = all.envelope.as_ref().map(Envelope::write).transpose()?.unwrap_or_default();
            let layer = ImageLayer::new(json, DSSE.to_owned(), None);
            let config = Config::new("{}", EMPTY.to_owned(), None);
            let manifest = OciImageManifest::build(std::slice::from_ref(&layer), &config, None);
            self.put(&self.beside(digest), &[layer], config, manifest).await?;
        }
        Ok(digest)
    }

    /// Pulls what stands under a digest, with the signatures beside it.
    ///
    /// # Errors
    /// When it is not there, is no component, is larger than an author's tools take, or is not what the digest says.
    pub async fn pull(&self, digest: Hash) -> Result<Packed> {
        let manifest =
            self.get(&self.by_digest(digest)).await?.context("the registry has nothing under this digest")?;
        if Hash::of(&manifest) != digest {
            bail!("what the registry sent is not what was asked for: it is sha256 {}", Hash::of(&manifest));
        }
        let manifest = read(&manifest)?;
        let [layer] = manifest.layers.as_slice() else {
            bail!("this is no rule set: it has {} layers, and a component is one", manifest.layers.len());
        };
        if manifest.config.media_type != WASM_CONFIG || layer.media_type != WASM {
            bail!("this is no rule set: it is {:?} as {:?}", layer.media_type, manifest.config.media_type);
        }
        let component = self.blob(layer, serving::bytes(WITH_INTERPRETER)).await?;
        Ok(Packed::of(component, self.signatures(digest).await?)?)
    }

    /// The digest that a tag stands for at this moment.
    ///
    /// # Errors
    /// When there is no such tag, or the registry does not answer.
    pub async fn digest_of_tag(&self) -> Result<Hash> {
        let manifest = self.get(&self.place).await?.context("the registry has nothing under this tag")?;
        Ok(Hash::of(&manifest))
    }

    /// The envelopes beside what stands under a digest. Whose signatures they hold is not looked at.
    async fn signatures(&self, digest: Hash) -> Result<Vec<Envelope>> {
        let Some(manifest) = self.get(&self.beside(digest)).await? else { return Ok(Vec::new()) };
        let mut envelopes = Vec::new();
        for layer in read(&manifest)?.layers.iter().filter(|layer| layer.media_type == DSSE).take(ENVELOPES) {
            envelopes.push(Envelope::read(&self.blob(layer, ENVELOPE_BYTES).await?)?);
        }
        Ok(envelopes)
    }

    async fn put(
        &self,
        to: &Reference,
        layers: &[ImageLayer],
        config: Config,
        manifest: OciImageManifest,
    ) -> Result<Hash> {
        let manifest = OciImageManifest { media_type: Some(OCI_IMAGE_MEDIA_TYPE.to_owned()), ..manifest };
        self.client.store_auth_if_needed(to.resolve_registry(), &self.auth).await;
        let blobs = layers.iter().map(|layer| (&layer.data, layer.sha256_digest()));
        for (blob, digest) in blobs.chain([(&config.data, config.sha256_digest())]) {
            self.client.push_blob(to, blob.clone(), &digest).await.map_err(|error| told(to, &error))?;
        }
        let bytes = serde_json::to_vec(&manifest)?;
        let digest = Hash::of(&bytes);
        let kind = OCI_IMAGE_MEDIA_TYPE.parse()?;
        self.client.push_manifest_raw(to, bytes, kind).await.map_err(|error| told(to, &error))?;
        Ok(digest)
    }

    /// A manifest's bytes, if it is there.
    async fn get(&self, from: &Reference) -> Result<Option<Vec<u8>>> {
        match self.client.pull_manifest_raw(from, &self.auth, &[OCI_IMAGE_MEDIA_TYPE]).await {
            Ok((bytes, _)) if bytes.len() > MANIFEST_BYTES => {
                bail!("the manifest has more than {MANIFEST_BYTES} bytes")
            }
            Ok((bytes, _)) => Ok(Some(bytes.to_vec())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(told(from, &error)),
        }
    }

    /// A layer's bytes, held to the digest that the manifest gives it. What the registry says of their number is not
    /// believed: it is counted as they come.
    async fn blob(&self, layer: &OciDescriptor, limit: usize) -> Result<Vec<u8>> {
        let asked: Hash = layer.digest.strip_prefix("sha256:").context("a layer has no SHA-256")?.parse()?;
        let too_large = || anyhow!("a layer has more than {limit} bytes, and no more are taken");
        if usize::try_from(layer.size).is_ok_and(|size| size > limit) {
            return Err(too_large());
        }
        let place = &self.place;
        self.client.store_auth_if_needed(place.resolve_registry(), &self.auth).await;
        // Not from the other places that a manifest may name: they were not asked for.
        let mut came =
            self.client.pull_blob_stream(place, layer.digest.as_str()).await.map_err(|error| told(place, &error))?;
        let mut bytes = Vec::new();
        while let Some(more) = came.stream.next().await {
            bytes.extend_from_slice(&more.with_context(|| {
                format!("what {} sent is not what was asked for, or breaks off", place.resolve_registry())
            })?);
            if bytes.len() > limit {
                return Err(too_large());
            }
        }
        let is = Hash::of(&bytes);
        if is != asked {
            bail!("what the registry sent is not what was asked for: sha256 {is} in place of {asked}");
        }
        Ok(bytes)
    }

    fn by_digest(&self, digest: Hash) -> Reference {
        self.place.clone_with_digest(format!("sha256:{digest}"))
    }

    /// Where the signatures stand, by the scheme of cosign.
    fn beside(&self, digest: Hash) -> Reference {
        let (registry, repository) = (self.place.registry().to_owned(), self.place.repository().to_owned());
        Reference::with_tag(registry, repository, format!("sha256-{digest}.sig"))
    }
}

/// What tools for WebAssembly are told of a component. It names no moment, so that the same component has the same
/// digest whenever it is pushed.
fn described(world: &World, layer: &str) -> Result<Vec<u8>> {
    let World { imports, exports } = world;
    Ok(serde_json::to_vec(&json!({
        "created": "1970-01-01T00:00:00Z",
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [layer],
        "component": { "exports": exports, "imports": imports },
    }))?)
}

fn read(manifest: &[u8]) -> Result<OciImageManifest> {
    let read: OciImageManifest = serde_json::from_slice(manifest).context("the registry sent no manifest")?;
    if read.schema_version != 2 { bail!("the manifest is of version {}", read.schema_version) } else { Ok(read) }
}

/// Whether a registry says that it has no such thing.
fn is_missing(error: &OciDistributionError) -> bool {
    let unknown = |code: &OciErrorCode| {
        matches!(code, OciErrorCode::ManifestUnknown | OciErrorCode::NameUnknown | OciErrorCode::NotFound)
    };
    let says_so = |error: &OciDistributionError| {
        matches!(error, OciDistributionError::RegistryError { envelope, url: _ }
            if envelope.errors.iter().any(|error| unknown(&error.code)))
    };
    let is_404 = |error: &OciDistributionError| {
        matches!(error, OciDistributionError::ServerError { code: 404, url: _, message: _ })
    };
    says_so(error) || is_404(error) || matches!(error, OciDistributionError::ImageManifestNotFoundError(_))
}

fn told(place: &Reference, error: &OciDistributionError) -> anyhow::Error {
    let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let told = causes.fold(error.to_string(), |told, cause| {
        let cause = cause.to_string();
        if told.contains(&cause) { told } else { format!("{told}: {cause}") }
    });
    let is_unknown = matches!(
        error,
        OciDistributionError::UnauthorizedError { .. } | OciDistributionError::ServerError { code: 401, .. }
    );
    if is_unknown {
        let registry = place.resolve_registry();
        return anyhow!("{registry} does not let you: say who asks in {} and {}", place::USER, place::PASSWORD);
    }
    let is_other = matches!(error, OciDistributionError::DigestError(_));
    let what = if is_other { "what it sent is not what was asked for: " } else { "" };
    anyhow!("{}: {what}{}", place.resolve_registry(), told.escape_debug())
}
