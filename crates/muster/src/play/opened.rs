//! An incident of an exercise while it is played: who opened it, what its watcher saw and what was refused.

use muster_record::timeline::{self, Line};

use super::Watching;

/// An incident that was opened.
pub(super) struct Opened {
    pub(super) id: String,
    /// The short name of the agency that opened it, through whose eyes it is looked at.
    pub(super) opener: String,
    pub(super) watching: Watching,
    pub(super) refused: Vec<RefusedAt>,
}

/// Something that was refused, as the script said it must be.
#[derive(Debug, Clone)]
pub(super) struct RefusedAt {
    pub(super) after: u64,
    pub(super) text: String,
}

/// The timeline, with what was refused in its place.
pub(super) fn told(lines: &[Line], refused: &[RefusedAt]) -> String {
    let mut out = String::new();
    let mut before = None;
    for line in lines {
        out.push_str(&timeline::one(line, before));
        before = Some(line.at);
        for refusal in refused.iter().filter(|refusal| refusal.after == line.seq) {
            out.push_str("      ");
            out.push_str(&refusal.text);
            out.push('\n');
        }
    }
    out
}
