//! The same decision by Muster, by Rego and by CEL: first that all decide the same, then what each takes, in turns.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

mod engines;
mod situations;

use engines::{Engine, all};

/// Rounds; in each every engine has its turn, so that what else the machine does falls on all alike.
const ROUNDS: usize = 9;
/// How long an engine's turn is.
const TURN: Duration = Duration::from_millis(250);
/// Against Rego's compiled form, on input that is parsed, and on input that is not: what is aimed at.
const GOALS: [(usize, f64); 2] = [(1, 1.2), (2, 0.25)];

fn main() -> Result<()> {
    let situations = situations::all()?;
    let mut engines = all(&situations)?;
    for (number, situation) in situations.iter().enumerate() {
        let decided: Vec<Vec<String>> = engines.iter_mut().map(|engine| (engine.decide)(number)).collect::<Result<_>>()?;
        for (engine, other) in engines.iter().zip(&decided) {
            ensure!(*other == decided[0], "{} says {other:?} of situation {number}, and Muster {:?}", engine.name, decided[0]);
        }
        let bytes = situation.json.len();
        ensure!((6_000..16_000).contains(&bytes), "situation {number} has {bytes} bytes");
    }
    println!("{} engines decide the same on {} situations of 6 to 16 KB\n", engines.len(), situations.len());
    let mut took: Vec<Vec<f64>> = vec![Vec::new(); engines.len()];
    for _ in 0..ROUNDS {
        for (engine, took) in engines.iter_mut().zip(&mut took) {
            took.push(turn(engine, situations.len())?);
        }
    }
    println!("| one decision, {ROUNDS} rounds in turns | µs, median (range) | Muster ÷ it |\n|---|---|---|");
    let medians: Vec<f64> = took.iter_mut().map(|took| median(took)).collect();
    for ((engine, took), median) in engines.iter().zip(&took).zip(&medians) {
        let (least, most) = (took.first().unwrap_or(median), took.last().unwrap_or(median));
        println!("| {} | {median:.1} ({least:.1}–{most:.1}) | {:.2} |", engine.name, medians[0] / median);
    }
    println!();
    for (of, goal) in GOALS {
        let ratio = medians[0] / medians[of];
        let met = if ratio <= goal { "met" } else { "**missed**" };
        println!("- P6: Muster ÷ {}, at most {goal}: {ratio:.2}, {met}", engines[of].name);
    }
    Ok(())
}

/// What one decision of an engine's turn takes, in microseconds.
fn turn(engine: &mut Engine, situations: usize) -> Result<f64> {
    let (began, mut decisions) = (Instant::now(), 0_u32);
    while began.elapsed() < TURN {
        for number in 0..situations {
            std::hint::black_box((engine.decide)(number)?);
            decisions += 1;
        }
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(decisions))
}

fn median(took: &mut [f64]) -> f64 {
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}
