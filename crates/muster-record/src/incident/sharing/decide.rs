//! What may be shared, by whom, and when a glass may be broken.

use super::{
    Asking, Broken, Command, Fact, GLASS_MINUTES, GLASS_REVIEW_HOURS, GlassFinding, Share, Shared, Sharing, What,
    hours_after,
};
use crate::agency::Interest;
use crate::entry::Class;
use crate::ids::{AgencyId, GlassNo, ShareNo};
use crate::incident::required;
use crate::refusal::Refusal;
use crate::time::Instant;
use crate::visible::{Reader, visible};

/// The longest that something is shared before somebody has to look again, in days.
const SHARE_DAYS: i64 = 90;
/// The shortest reason for breaking a glass, in characters.
const REASON_CHARACTERS: usize = 20;

pub(in crate::incident) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let sharing = &asking.incident.sharing;
    let fact = match command {
        Command::Share { what, with, basis, necessity, expires_at, review_at } => {
            required("necessity", necessity)?;
            times(asking, *expires_at, *review_at)?;
            receiver(asking, with)?;
            let owner = owner(asking, *what)?;
            Fact::Shared(Shared {
                share: sharing.shares.next_number(),
                what: *what,
                with: with.clone(),
                owner,
                basis: *basis,
                necessity: necessity.clone(),
                expires_at: *expires_at,
                review_at: *review_at,
            })
        }
        Command::ReviewShare { share, expires_at, review_at, note } => {
            required("note", note)?;
            times(asking, *expires_at, *review_at)?;
            concerned(asking, sharing.share(*share)?)?;
            let (share, expires_at, review_at, note) = (*share, *expires_at, *review_at, note.clone());
            Fact::ShareReviewed { share, expires_at, review_at, note }
        }
        Command::EndShare { share, because } => {
            required("because", because)?;
            concerned(asking, sharing.share(*share)?)?;
            Fact::ShareEnded { share: *share, because: because.clone() }
        }
        Command::BreakGlass { classes, emergency, reason, minutes } => {
            asking.seat()?;
            if reason.trim().chars().count() < REASON_CHARACTERS {
                return Err(Refusal::Invalid { field: "reason", problem: "say why in at least 20 characters" });
            }
            if classes.is_empty() || classes.contains(&Class::Legal) {
                let problem = "name the classes to open; what is legally privileged is not opened so";
                return Err(Refusal::Invalid { field: "classes", problem });
            }
            if !(1..=GLASS_MINUTES).contains(minutes) {
                return Err(Refusal::Invalid { field: "minutes", problem: "1 to 240: four hours at most" });
            }
            if sharing.broken_by(&asking.by.agency, asking.now).is_some() {
                return Err(Refusal::GlassIsBroken);
            }
            Fact::GlassBroken(Broken {
                glass: sharing.glasses.next_number(),
                classes: classes.clone(),
                emergency: *emergency,
                reason: reason.clone(),
                until: minutes_after(asking.now, *minutes),
                review_by: hours_after(asking.now, GLASS_REVIEW_HOURS),
            })
        }
        Command::CloseGlass { glass } => {
            let known = sharing.glass(*glass)?;
            if known.agency != asking.by.agency {
                return Err(Refusal::NotYourGlass);
            }
            if known.closed || known.until <= asking.now {
                return Err(Refusal::GlassIsClosed);
            }
            Fact::GlassClosed { glass: *glass }
        }
        Command::ReviewGlass { glass, finding, note } => {
            required("note", note)?;
            review(asking, *glass, *finding, note)?
        }
    };
    Ok(vec![fact.into()])
}

/// A glass is reviewed once, by another agency than the one that broke it, which works or oversees the incident.
fn review(asking: &Asking<'_>, glass: GlassNo, finding: GlassFinding, note: &str) -> Result<Fact, Refusal> {
    let known = asking.incident.sharing.glass(glass)?;
    if known.agency == asking.by.agency {
        return Err(Refusal::OwnGlass);
    }
    asking.works_or_oversees()?;
    if known.reviewed.is_some() {
        return Err(Refusal::AlreadyReviewed);
    }
    Ok(Fact::GlassReviewed { glass, finding, note: note.to_owned() })
}

/// Whose it is. Whoever shares has to see it themselves: nobody hands on what they were not given.
fn owner(asking: &Asking<'_>, what: What) -> Result<AgencyId, Refusal> {
    let incident = asking.incident;
    let reader = Reader::of(asking.by.agency.clone());
    let viewer = incident.viewer(&reader);
    let lead = || incident.lifecycle.lead.clone();
    match what {
        What::Entry(seq) => {
            if seq.0 == 0 || seq > incident.seq {
                return Err(Refusal::AheadOfTheRecord);
            }
            let nothing = Refusal::Invalid { field: "what.entry", problem: "everybody at the table sees that entry" };
            let labels = incident.restricted(seq).ok_or(nothing)?;
            // Handing on what was itself only shared or seen through a broken glass is not for the receiver.
            let own = visible(&viewer, labels, &crate::visible::Grants::default(), asking.now);
            if own.is_seen() { Ok(labels.author.clone()) } else { Err(Refusal::NotYoursToShare) }
        }
        What::Person(person) => {
            let known = incident.people.get(person)?;
            let sees = viewer.sees_class(Class::Personal) || known.details.placed_by.as_ref() == Some(&reader.agency);
            let owner = known.details.placed_by.clone().unwrap_or_else(lead);
            if sees { Ok(owner) } else { Err(Refusal::NotYoursToShare) }
        }
        What::Class(Class::Legal) => {
            let problem = "what is legally privileged is shared entry by entry";
            Err(Refusal::Invalid { field: "what.class", problem })
        }
        What::Class(class) if viewer.sees_class(class) => Ok(lead()),
        What::Class(_) => Err(Refusal::NotYoursToShare),
    }
}

fn receiver(asking: &Asking<'_>, with: &AgencyId) -> Result<(), Refusal> {
    let seat = asking.incident.participants.seat(with).filter(|seat| seat.interest != Interest::None);
    if seat.is_none() {
        return Err(Refusal::NoSuch { what: "participant", given: with.to_string() });
    }
    if *with == asking.by.agency {
        return Err(Refusal::Invalid { field: "with", problem: "that is your own agency" });
    }
    Ok(())
}

fn times(asking: &Asking<'_>, expires_at: Instant, review_at: Instant) -> Result<(), Refusal> {
    if expires_at <= asking.now {
        return Err(Refusal::Invalid { field: "expires_at", problem: "it lies in the past" });
    }
    if expires_at.signed_duration_since(asking.now).num_days() > SHARE_DAYS {
        return Err(Refusal::Invalid { field: "expires_at", problem: "90 days at most; a review can let it go on" });
    }
    if review_at > expires_at {
        return Err(Refusal::Invalid { field: "review_at", problem: "it is reviewed before it ends" });
    }
    Ok(())
}

/// Who shared it, whose it is and who leads may end a share or let it go on.
fn concerned(asking: &Asking<'_>, share: &Share) -> Result<(), Refusal> {
    let agency = &asking.by.agency;
    let lead = &asking.incident.lifecycle.lead;
    if ![&share.by, &share.owner, lead].contains(&agency) {
        return Err(Refusal::NotYoursToShare);
    }
    if share.ended { Err(Refusal::ShareEnded) } else { Ok(()) }
}

fn minutes_after(at: Instant, minutes: u32) -> Instant {
    at.checked_add_signed(chrono::TimeDelta::minutes(minutes.into())).unwrap_or(at)
}

impl Sharing {
    fn share(&self, share: ShareNo) -> Result<&Share, Refusal> {
        self.shares.get(share).ok_or_else(|| Refusal::NoSuch { what: "share", given: share.0.to_string() })
    }

    fn glass(&self, glass: GlassNo) -> Result<&super::Glass, Refusal> {
        self.glasses.get(glass).ok_or_else(|| Refusal::NoSuch { what: "glass", given: glass.0.to_string() })
    }

    /// The glass that an agency has broken and that stands open at a moment.
    pub fn broken_by(&self, agency: &AgencyId, at: Instant) -> Option<(GlassNo, &super::Glass)> {
        self.glasses.numbered().find(|(_, glass)| glass.agency == *agency && !glass.closed && at < glass.until)
    }
}
