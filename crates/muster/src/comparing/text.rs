//! A comparison as text.

use std::fmt::Write as _;

use super::{Change, Comparison, KindCount, ToldIncident};

/// The whole comparison, the summary first.
pub fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let written = write(&mut text, comparison);
    debug_assert!(written.is_ok(), "a string takes all that is written to it");
    text
}

fn write(text: &mut String, all: &Comparison) -> std::fmt::Result {
    writeln!(text, "old: {}\nnew: {}", all.old, all.new)?;
    writeln!(
        text,
        "{} incidents, {} places; {} places on {} incidents differ",
        all.incidents, all.places, all.places_that_differ, all.incidents_that_differ
    )?;
    if all.as_they_stand > 0 {
        writeln!(text, "{} of the incidents it never advised: taken as they stood at the end", all.as_they_stand)?;
    }
    for KindCount { kind, added, gone, changed } in &all.kinds {
        writeln!(text, "  {kind}: {added} added, {gone} gone, {changed} changed")?;
    }
    for ToldIncident { name, basis, changes, not_compared } in &all.told {
        writeln!(text, "\n{name}\n  {basis}")?;
        for change in changes {
            one(text, change)?;
        }
        for why in not_compared {
            writeln!(text, "  NOT COMPARED: {why}")?;
        }
    }
    for (name, why) in &all.left_out {
        writeln!(text, "\nleft out: {name}: {why}")?;
    }
    Ok(())
}

fn one(text: &mut String, change: &Change) -> std::fmt::Result {
    let Change { sort, kind, key, sentence, fields, cites, places } = change;
    let sign = match *sort {
        "added" => '+',
        "gone" => '-',
        _ => '~',
    };
    writeln!(text, "  {sign} {kind} {key}: {sentence}")?;
    for field in fields {
        writeln!(text, "      {}: {} -> {}", field.field, field.old, field.new)?;
    }
    for cite in cites {
        writeln!(text, "      {cite}")?;
    }
    writeln!(text, "      {places}")
}
