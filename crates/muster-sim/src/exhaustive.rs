//! A crash at every single operation of a script, with every pattern of what is left after it.

use crate::dice::Dice;
use crate::disk::{self, Tear};
use crate::scribe::{AGENCIES, Group, asked_by, incident, looked};
use crate::violation::{Invariant, Violation};
use crate::world::{Outcome, World};

/// What crashing everywhere came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Swept {
    /// Operations of the script that change something.
    pub operations: u64,
    /// Crashes.
    pub crashes: u64,
    /// Groups that were acknowledged before a crash, and looked for after it.
    pub acks: u64,
}

/// The script: so many groups, the log emptied on the way, and a stop and a start.
fn script(world: &mut World, groups: u64) -> Result<(), Violation> {
    let mut dice = Dice::new(40);
    for number in 0..groups {
        let mut line = world.witness.line(1);
        let mut set = line.says(&mut dice, number, 1 + number % 2, 300);
        asked_by(&mut set, AGENCIES[0], &format!("r{number}"));
        let audit = if number % 4 == 0 { vec![looked(&mut dice, number, &incident(1))] } else { Vec::new() };
        let outcome = world.commit(Group { sets: vec![set], audit, forgets: number == groups / 3 })?;
        if outcome != Outcome::Acknowledged {
            return Invariant::Live.holds(outcome == Outcome::Dead, || format!("group {number} is {outcome:?}"));
        }
        world.idle()?;
        if number == groups.saturating_mul(2) / 3 {
            world.restart()?;
        }
    }
    Ok(())
}

/// Crashes at every operation of a script of so many groups, so many times with each pattern.
///
/// # Errors
/// The first violation, with the operation and the pattern.
pub fn sweep(groups: u64, tears: &[Tear], times: u64) -> Result<Swept, String> {
    let _turn = crate::turn();
    let mut swept = Swept::default();
    let mut world = begun(1)?;
    let before = disk::with(|disk| disk.counts.changes);
    script(&mut world, groups).map_err(|violation| format!("without a crash: {violation}"))?;
    swept.operations = disk::with(|disk| disk.counts.changes).saturating_sub(before);
    world.stop();
    for operation in 1..=swept.operations {
        for tear in tears {
            for time in 0..times {
                let told = |violation: Violation| format!("operation {operation}, {tear:?}, {time}: {violation}");
                let mut world = begun(operation.wrapping_mul(31).wrapping_add(time))?;
                disk::with(|disk| disk.faults.die_in = Some(operation));
                script(&mut world, groups).map_err(told)?;
                swept.acks = swept.acks.saturating_add(world.acks);
                world.crash(Some(*tear));
                world.start().map_err(told)?;
                // And it goes on: what was acknowledged afterwards is held too.
                world.settle().map_err(told)?;
                swept.crashes = swept.crashes.saturating_add(1);
            }
        }
    }
    Ok(swept)
}

fn begun(seed: u64) -> Result<World, String> {
    World::new(seed, seed.is_multiple_of(2)).map_err(|violation| format!("an empty disk: {violation}"))
}
