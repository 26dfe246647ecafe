//! Verifying a bundle: with the file, the key and what was kept, and no server.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};
use muster_record::evidence::bundle::{Broken, Checked, Checker, Problem};
use muster_record::evidence::checkpoint::Unsigned;
use muster_record::time::uk_day_and_time;

use super::{ASK_AGAIN, ASK_FOR_THE_KEY, Against, COMPARE, Finding, Report};

/// Verifies an exported incident, whole or with entries withheld.
///
/// # Errors
/// When the file cannot be read. What is wrong with it is in the report.
pub fn bundle(path: &Path, against: &Against) -> Result<Report> {
    let failed = || format!("{} cannot be read", path.display());
    let mut file = BufReader::new(File::open(path).with_context(failed)?);
    let sizes = against.kept.all().map(|kept| kept.checkpoint.root.size);
    let mut checker = Checker::new(against.key, sizes);
    let (mut report, mut line) = (Report::default(), Vec::new());
    let checked = loop {
        line.clear();
        if file.read_until(b'\n', &mut line).with_context(failed)? == 0 {
            break checker.end();
        }
        if let Err(broken) = checker.take(&line) {
            break Err(broken);
        }
    };
    match checked {
        Ok(checked) => told(&checked, against, &mut report),
        Err(broken) => report.findings.push(as_finding(&broken)),
    }
    Ok(report)
}

fn as_finding(broken: &Broken) -> Finding {
    let to_do = match &broken.problem {
        Problem::Unsigned(Unsigned::OtherKey { signed_with: _, given: _ }) => ASK_FOR_THE_KEY,
        Problem::OtherFormat(_) => "take the version of muster that wrote it, or a later one",
        Problem::Unreadable(_)
        | Problem::Misplaced(_)
        | Problem::Checkpoint(_)
        | Problem::Unsigned(Unsigned::Signature)
        | Problem::HeaderDiffers { header: _, checkpoint: _ }
        | Problem::Sequence { expected: _, found: _ }
        | Problem::Length { found: _, signed: _ }
        | Problem::OtherEntries
        | Problem::Digest
        | Problem::Signature
        | Problem::NoEnd => ASK_AGAIN,
    };
    Finding { place: format!("line {}", broken.line), what: broken.problem.to_string(), to_do }
}

fn told(checked: &Checked, against: &Against, report: &mut Report) {
    let Checked { header, signed, whole, withheld, roots } = checked;
    let (size, at) = (signed.checkpoint.root.size, uk_day_and_time(signed.checkpoint.at));
    report.told.push(format!(
        "incident {} ({}) as {} saw it: {size} entries, {whole} whole and {withheld} withheld, signed {at}",
        header.incident, header.domain, header.seen_by
    ));
    match against.key {
        Some(key) => report.told.push(format!("signed with the key that you gave, {}", key.id())),
        None => report.unchecked.push(format!(
            "who signed it: the file names its own key, {}, which anybody could have made; give the server's public \
             key with --key",
            header.public_key
        )),
    }
    let Some(kept) = against.kept.kept(&header.incident) else {
        if against.kept.all().next().is_some() {
            report.unchecked.push("the kept checkpoints: none of them is of this incident".to_owned());
        }
        return;
    };
    if !against.believed(kept, report) {
        return;
    }
    let kept_size = kept.checkpoint.root.size;
    let finds = |what: String| Finding { place: format!("incident {}", header.incident), what, to_do: COMPARE };
    if kept.checkpoint.origin != signed.checkpoint.origin {
        report
            .findings
            .push(finds(format!("the checkpoint is of {}, the bundle of {}", kept.checkpoint.origin, header.origin)));
    } else if kept_size > size && kept.checkpoint.at <= signed.checkpoint.at {
        report.findings.push(finds(format!(
            "TRUNCATED OR ROLLED BACK: the bundle has {size} entries, and a checkpoint that was signed before it says \
             {kept_size}: entries {} to {kept_size} are missing",
            size.saturating_add(1)
        )));
    } else if kept_size > size {
        report.unchecked.push(format!(
            "the kept checkpoint, of {kept_size} entries, is younger than the bundle: export the incident again"
        ));
    } else if !roots.contains(&kept.checkpoint.root) {
        report.findings.push(finds(format!(
            "FORK: the first {kept_size} entries are not those that were signed on {}",
            uk_day_and_time(kept.checkpoint.at)
        )));
    } else {
        report.told.push(format!("goes on from the kept checkpoint at {kept_size} entries"));
    }
}
