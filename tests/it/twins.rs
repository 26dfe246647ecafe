//! Twin worlds: two servers whose records differ only in what somebody may not see are one server to them.

use std::fmt::Write as _;

use muster_proto::v1;
use muster_record::Command;
use muster_record::agency::Interest;
use muster_record::entry::Class;
use muster_record::ids::{ActionNo, OfferNo, PersonNo, Seq};
use muster_record::incident::sharing::{self, SharingBasis, What};
use muster_record::incident::{actions, answers, log, offers, participants, people};
use muster_record::situation::{CareStatus, FactValue, IncidentKind, OfferKind};
use prost::bytes::Bytes;
use tokio::task::JoinSet;

use crate::home::{COUNCIL, CQC, Home, House, ICB, REGION, nine};
use crate::participant::{Participant, invite, options, request};
use crate::seeing::{labelled, register};

/// Pairs of incidents, looked at through the eyes of the regulator and of the region in turn.
const PAIRS: u64 = 500;
/// Pairs at a time.
const AT_ONCE: usize = 24;

/// Numbers that look like chance and are the same each time.
#[derive(Clone)]
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A step: who writes, what of which class, and whether the two worlds differ in it.
struct Told {
    who: usize,
    options: fn() -> v1::WriteOptions,
    command: Command,
}

/// What is written in both worlds alike.
fn same(chance: &mut Chance, number: u64) -> Told {
    let text = format!("so it is, {number}");
    let command: Command = match chance.next(4) {
        0 => log::Command::Note { text }.into(),
        1 => actions::Command::Raise { title: text, owner: ICB.parse().unwrap(), due: Some(nine()) }.into(),
        2 => offers::Command::Offer { kind: OfferKind::Bed, quantity: 2, as_at: nine(), detail: Vec::new() }.into(),
        _ => answers::Command::Answer { key: "kitchen/open".to_owned(), value: FactValue::Number(3), source: text }
            .into(),
    };
    Told { who: 0, options, command }
}

/// What is written in one world, and looks like what is written in the other: one entry of a kind, hidden from the
/// blind. Of another kind it may not be: everybody calls action 3 by the same number, so a hidden one before it shows.
fn hidden(kind: u64, chance: &mut Chance, registered: u32) -> Told {
    let text = format!("nobody else knows {}", chance.next(1_000_000));
    let legal = || labelled(Class::Legal, &[]);
    let between = || labelled(Class::Health, &[COUNCIL]);
    let plain: fn() -> v1::WriteOptions = options;
    let person = PersonNo(1 + u32::try_from(chance.next(u64::from(registered.max(1)))).unwrap());
    let (who, options, command): (usize, fn() -> v1::WriteOptions, Command) = match kind {
        0 => (0, legal, log::Command::Note { text }.into()),
        1 => (1, between, log::Command::Note { text }.into()),
        2 => (0, legal, actions::Command::Raise { title: text, owner: COUNCIL.parse().unwrap(), due: None }.into()),
        3 => (0, plain, register(Some("solihull"))),
        4 if registered > 0 => {
            let to = if chance.next(2) == 0 { CareStatus::Reviewed } else { CareStatus::Died };
            (0, plain, people::Command::SetStatus { person, to, place: Some(text) }.into())
        }
        4 | 5 => (
            1,
            between,
            offers::Command::Offer {
                kind: OfferKind::StaffHours,
                quantity: u32::try_from(1 + chance.next(90)).unwrap(),
                as_at: nine(),
                detail: Vec::new(),
            }
            .into(),
        ),
        _ => (0, plain, register(None)),
    };
    Told { who, options, command }
}

/// One of the two worlds.
struct World {
    seats: [Participant; 4],
}

impl World {
    async fn of(house: &House<'_>) -> Self {
        let client = |agency| house.client(agency);
        Self { seats: [client(COUNCIL).await, client(ICB).await, client(CQC).await, client(REGION).await] }
    }

    /// The incident with the shape of one seed, and the secrets of another.
    async fn lives(&self, shape: u64, secrets: u64) -> String {
        let [council, icb, cqc, region] = &self.seats;
        let incident = council.opens(&format!("Rosebank {shape}"), IncidentKind::ProviderFailure).await;
        let invites = [
            invite(&icb.agency, Interest::Operational),
            invite(&cqc.agency, Interest::Oversight),
            invite(&region.agency, Interest::Information),
        ];
        council.does(&incident, invites).await;
        for other in [icb, cqc, region] {
            other.does(&incident, [participants::Command::Join.into()]).await;
        }
        let (mut shape, mut secret, mut registered) = (Chance(shape), Chance(secrets), 0);
        for number in 0..(4 + shape.next(6)) {
            let told = if shape.next(2) == 0 {
                same(&mut shape, number)
            } else {
                hidden(shape.next(6), &mut secret, registered)
            };
            let written = request(&incident, (told.options)(), [told.command.clone()]);
            match self.seats[told.who].appends(written).await {
                Ok(_) => {
                    registered += u32::from(matches!(told.command, Command::People(people::Command::Register { .. })));
                }
                // Whatever this world refuses: one hidden entry stands in its place all the same.
                Err(_) => {
                    let note = log::Command::Note { text: format!("instead, {}", secret.next(1_000_000)) };
                    council.appends(request(&incident, labelled(Class::Legal, &[]), [note.into()])).await.unwrap();
                }
            }
        }
        incident
    }
}

/// Whatever an agency can get of an incident, what is known to be different aside: its id, hashes and tokens.
async fn looks(by: &Participant, incident: &str, pair: u64) -> String {
    let mut all = String::new();
    let entries = by.reads(incident).await;
    let head = entries.last().unwrap().seq;
    for entry in entries {
        writeln!(all, "{:?}", stripped(entry)).unwrap();
    }
    for changes in by.follows(incident, Bytes::new()).await.until(head).await {
        let times = changes.commit_time;
        let entries: Vec<_> = changes.entries.into_iter().map(stripped).collect();
        writeln!(all, "{times:?} {entries:?}").unwrap();
    }
    let get = v1::GetIncidentRequest { incident_id: incident.to_owned(), wait_for_advice: true };
    writeln!(all, "{:?}", by.client.incidents.clone().get_incident(get).await.unwrap().into_inner()).unwrap();
    let report = v1::GetSituationReportRequest { incident_id: incident.to_owned(), at: None };
    writeln!(all, "{:?}", by.client.incidents.clone().get_situation_report(report).await.unwrap().into_inner())
        .unwrap();
    writeln!(all, "{:?}", by.proposals(incident).await).unwrap();
    // A few of each in one pair, all of them over the pairs.
    for seq in (1..=head + 1).filter(|seq| seq % 5 == pair % 5) {
        let request = v1::ExplainAccessRequest { incident_id: incident.to_owned(), seq };
        writeln!(
            all,
            "{:?}",
            by.client
                .records
                .clone()
                .explain_access(request)
                .await
                .map(tonic::Response::into_inner)
                .map_err(|no| no.to_string())
        )
        .unwrap();
    }
    for asked in probes().into_iter().skip(usize::try_from(pair % 6).unwrap()).step_by(6) {
        let options = v1::WriteOptions { validate_only: true, ..options() };
        let answer = by.appends(request(incident, options, [asked])).await;
        writeln!(all, "{:?}", answer.map(|_| "would do").map_err(|no| (no.code(), no.message().to_owned()))).unwrap();
    }
    all.replace(incident, "the incident")
}

/// Requests whose refusals could tell something.
fn probes() -> Vec<Command> {
    let until = nine() + chrono::TimeDelta::hours(1);
    let share = |what| sharing::Command::Share {
        what,
        with: ICB.parse().unwrap(),
        basis: SharingBasis::Consent,
        necessity: "to see".to_owned(),
        expires_at: until,
        review_at: until,
    };
    let mut probes: Vec<Command> = (1..14).map(|seq| share(What::Entry(Seq(seq))).into()).collect();
    probes.extend((1..4).map(|person| share(What::Person(PersonNo(person))).into()));
    probes.extend((1..4).map(|action| actions::Command::Accept { action: ActionNo(action) }.into()));
    probes
        .extend((1..4).map(|offer| offers::Command::Take { offer: OfferNo(offer), quantity: 1, person: None }.into()));
    probes
}

/// An entry without its hashes, which bind it to what is hidden.
fn stripped(entry: v1::Entry) -> v1::Entry {
    let withheld = matches!(entry.body, Some(v1::entry::Body::Withheld(_)));
    let commitment = if withheld { Bytes::new() } else { Bytes::from_static(b"salted") };
    v1::Entry { hash: Bytes::new(), commitment, ..entry }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_changes_no_answer_in_five_hundred_pairs_of_worlds() {
    let (here, there) = (Home::new(), Home::new());
    let (house_here, house_there) = (here.open().await, there.open().await);
    let worlds = std::sync::Arc::new((World::of(&house_here).await, World::of(&house_there).await));
    let (mut pairs, mut differing, mut pair) = (JoinSet::new(), 0, 0);
    while pair < PAIRS || !pairs.is_empty() {
        while pair < PAIRS && pairs.len() < AT_ONCE {
            let worlds = std::sync::Arc::clone(&worlds);
            pairs.spawn(async move { compared(&worlds, pair).await });
            pair += 1;
        }
        differing += u64::from(pairs.join_next().await.unwrap().unwrap());
    }
    println!("{PAIRS} pairs of worlds, of which {differing} differ for those who see all");
    assert!(differing > PAIRS / 2, "only {differing} pairs differ at all");
    house_here.close().await;
    house_there.close().await;
}

/// Whether the two worlds of a pair differ for the council, which sees all. For the blind they may not.
async fn compared((here, there): &(World, World), pair: u64) -> bool {
    let one = here.lives(pair, 2 * pair + 1).await;
    let other = there.lives(pair, 7_000_003 * (pair + 1)).await;
    let blind = if pair.is_multiple_of(2) { 2 } else { 3 };
    let (seen, also) = (looks(&here.seats[blind], &one, pair).await, looks(&there.seats[blind], &other, pair).await);
    for (line, twin) in seen.lines().zip(also.lines()) {
        assert_eq!(line, twin, "pair {pair}, {}", here.seats[blind].agency);
    }
    assert_eq!(seen.lines().count(), also.lines().count(), "pair {pair}");
    let told = |entries: Vec<v1::Entry>| entries.into_iter().map(|entry| entry.told).collect::<Vec<_>>();
    told(here.seats[0].reads(&one).await) != told(there.seats[0].reads(&other).await)
}
