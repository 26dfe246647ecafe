//! What is kept of an exercise in its folder, beside its store.

use std::path::Path;

use crate::error::ExerciseError;
use crate::kept::Kept;

/// The file of what is kept of an exercise, in its folder.
pub(crate) const KEPT: &str = "exercise.json";

/// Writes what is kept of an exercise, all of it or none.
pub(crate) fn write(folder: &Path, kept: &Kept) -> Result<(), ExerciseError> {
    let unkept = |error: &dyn std::fmt::Display| {
        ExerciseError::Unkept(format!("{}: what is kept of the exercise cannot be written: {error}", folder.display()))
    };
    let text = serde_json::to_vec_pretty(kept).map_err(|error| unkept(&error))?;
    let (beside, file) = (folder.join("exercise.json.new"), folder.join(KEPT));
    let write = || {
        let mut fresh = std::fs::File::create(&beside)?;
        std::io::Write::write_all(&mut fresh, &text)?;
        fresh.sync_all()?;
        std::fs::rename(&beside, &file)
    };
    write().map_err(|error| unkept(&error))
}
