//! Makes Rust of the protos: no `protoc`, and the same descriptor for generated code and reflection.

use std::path::PathBuf;

type Problem = Box<dyn std::error::Error>;

fn main() -> Result<(), Problem> {
    let protos = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", protos.display());
    let mut files = Vec::new();
    for file in std::fs::read_dir(protos.join("muster/v1"))? {
        files.push(file?.path());
    }
    files.sort();

    // Not `protox::compile`: what that returns has lost custom options.
    let mut compiler = protox::Compiler::new([&protos])?;
    compiler.include_imports(true).include_source_info(true).open_files(&files)?;
    let descriptor = PathBuf::from(std::env::var("OUT_DIR")?).join("muster.v1.bin");
    std::fs::write(descriptor, compiler.encode_file_descriptor_set())?;
    // What tells who somebody is prints as nothing: see `person.rs`.
    let hidden = ["PersonIdentity", "IdentityContact", "NextOfKin"].map(|message| format!(".muster.v1.{message}"));
    tonic_prost_build::configure().bytes(".").skip_debug(hidden).compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
