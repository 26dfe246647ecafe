//! Writes the seeds of every target into `FOLDER/TARGET/`, where libFuzzer begins with them:
//! `cargo run --package muster-fuzz --example seeds -- fuzz/corpus`.
#![expect(clippy::print_stderr, reason = "what it has to say goes to whoever started it")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("name the folder to write to: fuzz/corpus is where cargo-fuzz looks");
        return ExitCode::FAILURE;
    };
    match written(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write to {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A file for each seed, named by its number.
fn written(folder: &Path) -> std::io::Result<()> {
    for target in muster_fuzz::TARGETS {
        let corpus = folder.join(target.name);
        std::fs::create_dir_all(&corpus)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(corpus.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
