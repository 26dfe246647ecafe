//! Turns the tables of `rules/` into JSON, which a rule set reads faster and with less code than TOML.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for table in fs::read_dir("rules")? {
        let table = table?.path();
        let name = table.file_stem().ok_or("a table without a name")?;
        let rows: serde_json::Value = toml::from_str(&fs::read_to_string(&table)?)?;
        fs::write(out.join(name).with_extension("json"), rows.to_string())?;
    }
    Ok(())
}
