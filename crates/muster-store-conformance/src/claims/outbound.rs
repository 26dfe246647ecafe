//! What goes out: webhooks, what they gave up, and letters.

use std::collections::BTreeSet;

use muster_record::WordSet;
use muster_record::dispatch::{Channel, Dispatch, DispatchState};
use muster_record::entry::Hash;
use muster_record::ids::{CommunicationNo, Seq};
use muster_record::installing::Who;
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble, Webhook};
use muster_store::{OutboundWrite, StoredWebhook, WebhookKey, WebhookWrite, Write, Writes};

use crate::Home;
use crate::scene::{Told as _, agency, at, record, request_id};

fn webhook(number: u64, of: &str) -> WebhookWrite {
    let webhook = Webhook {
        number,
        agency: agency(of),
        url: "https://example.org/hook".to_owned(),
        incident: None,
        kinds: BTreeSet::new(),
        classes: WordSet::none(),
        uri: None,
        at: at(0),
        by: Who { person: None, system: "desk".to_owned() },
    };
    let key = WebhookKey { key: "k-1".to_owned(), wrapped: vec![7; 72] };
    let request = request_id(&format!("r{number}"));
    WebhookWrite { webhook, key, request, body: Hash([9; 32]), cursor: Cursor { revision: 4, seq: Seq(1) } }
}

fn registered(write: &WebhookWrite) -> StoredWebhook {
    let progress = Progress { cursor: write.cursor, ..Progress::default() };
    let (webhook, key) = (write.webhook.clone(), write.key.clone());
    StoredWebhook { webhook, key, progress, paused: None, body: write.body }
}

fn outbound(store: &mut dyn Writes, change: OutboundWrite) {
    store.commit(&[Write::Outbound(change)]).unwrap();
}

fn about(seq: u64) -> About {
    About { incident: record(1).incident, seq: Seq(seq) }
}

pub fn a_webhook_is_kept_with_its_progress_until_it_is_deleted(home: &dyn Home) {
    let mut store = home.open();
    let all = [webhook(1, "council"), webhook(2, "icb")];
    for write in &all {
        outbound(store.as_mut(), OutboundWrite::Register(Box::new(write.clone())));
    }
    store.commit(&[Write::Outbound(OutboundWrite::Register(Box::new(webhook(4, "cqc"))))]).unwrap_err();
    let readers = store.readers();
    assert_eq!(readers.last_webhook().unwrap(), 2);
    assert_eq!(readers.webhooks(None).unwrap(), all.each_ref().map(registered));
    assert_eq!(readers.webhooks(Some(&agency("icb"))).unwrap(), [registered(&all[1])]);
    let asked = readers.webhook_asked(&agency("council"), &request_id("r1")).unwrap();
    assert_eq!(asked, Some((Hash([9; 32]), Some(registered(&all[0])))));

    let progress = Progress {
        cursor: Cursor { revision: 7, seq: Seq(3) },
        trouble: Trouble { attempts: 2, away_since: Some(at(5)), dead_in_a_row: 1 },
        delivered: 40,
        last: Some((about(2), at(4))),
        error: Some(("503".to_owned(), at(5))),
    };
    outbound(store.as_mut(), OutboundWrite::Progress { webhook: 1, progress: progress.clone() });
    let paused = Paused { why: "it was away for a day".to_owned(), at: at(9) };
    outbound(store.as_mut(), OutboundWrite::Pause { webhook: 1, paused: paused.clone() });
    let again = Paused { why: "another reason".to_owned(), at: at(10) };
    outbound(store.as_mut(), OutboundWrite::Pause { webhook: 1, paused: again });
    let key = WebhookKey { key: "k-2".to_owned(), wrapped: vec![8; 72] };
    outbound(store.as_mut(), OutboundWrite::Rewrap { webhook: 1, key: key.clone() });
    let expected = StoredWebhook { progress, paused: Some(paused), key, ..registered(&all[0]) };
    assert_eq!(readers.webhook(1).unwrap(), Some(expected));
    outbound(store.as_mut(), OutboundWrite::Resume { webhook: 1 });
    let resumed = readers.webhook(1).unwrap().unwrap();
    assert_eq!((resumed.paused, resumed.progress.trouble), (None, Trouble::default()));

    outbound(store.as_mut(), OutboundWrite::Delete { webhook: 1, at: at(11) });
    assert_eq!(readers.webhook(1).unwrap(), None);
    assert_eq!(readers.webhook_asked(&agency("council"), &request_id("r1")).unwrap(), Some((Hash([9; 32]), None)));
    assert_eq!(readers.last_webhook().unwrap(), 2, "its number is not given again");
}

pub fn what_was_given_up_is_tried_again_when_it_is_asked_for(home: &dyn Home) {
    let mut store = home.open();
    outbound(store.as_mut(), OutboundWrite::Register(Box::new(webhook(1, "council"))));
    let dead = |seq, minute| DeadLetter {
        webhook: 1,
        about: about(seq),
        revision: seq,
        attempts: 9,
        at: at(minute),
        answer: "410".to_owned(),
        again: false,
    };
    for letter in [dead(2, 8), dead(1, 9)] {
        outbound(store.as_mut(), OutboundWrite::Dead(letter));
    }
    let readers = store.readers();
    assert_eq!(readers.dead_letters(1, 9).unwrap(), [dead(2, 8), dead(1, 9)]);
    assert_eq!((readers.count_dead_letters(1).unwrap(), readers.next_dead_letter(1).unwrap()), (2, None));
    outbound(store.as_mut(), OutboundWrite::Again { webhook: 1, about: Some(about(1)) });
    assert_eq!(readers.next_dead_letter(1).unwrap(), Some(DeadLetter { again: true, ..dead(1, 9) }));
    outbound(store.as_mut(), OutboundWrite::Undead { webhook: 1, about: about(1) });
    assert_eq!(readers.next_dead_letter(1).unwrap(), None);
    outbound(store.as_mut(), OutboundWrite::Again { webhook: 1, about: None });
    assert_eq!(readers.next_dead_letter(1).unwrap().map(|letter| letter.about), Some(about(2)));
    outbound(store.as_mut(), OutboundWrite::Delete { webhook: 1, at: at(11) });
    assert_eq!(readers.count_dead_letters(1).unwrap(), 0);
}

pub fn what_waits_for_a_webhook_is_counted_behind_its_place(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    let group = [
        rosebank.says(&["a", "b", "c"]).seating(&["council"]).write(),
        elmtree.says(&["a"]).seating(&["council", "icb"]).write(),
        elmtree.says(&["b", "c"]).write(),
    ];
    let given = store.commit(&group).unwrap();
    let readers = store.readers();
    let waiting = |who: &str, place: usize, seq, limit| {
        let revision = given.get(place).map_or(0, |revision| revision.0);
        readers.waiting(&agency(who), Cursor { revision, seq: Seq(seq) }, None, limit).unwrap()
    };
    assert_eq!(waiting("council", 9, 0, 99), 6);
    assert_eq!(waiting("council", 9, 0, 4), 4);
    assert_eq!(waiting("council", 0, 2, 99), 4);
    assert_eq!(waiting("icb", 0, 3, 99), 3);
    assert_eq!(waiting("icb", 2, 3, 99), 0);
    let of_one = readers.waiting(&agency("council"), Cursor::default(), Some(&rosebank.incident), 99).unwrap();
    assert_eq!(of_one, 3);
}

pub fn a_letter_is_known_by_its_reference(home: &dyn Home) {
    let mut store = home.open();
    let dispatch = |reference: &str, minute, state| Dispatch {
        reference: reference.to_owned(),
        incident: record(1).incident,
        communication: CommunicationNo(3),
        agency: agency("council"),
        channel: Channel::Letter,
        at: at(minute),
        state,
        id: "n-1".to_owned(),
        answer: String::new(),
    };
    for (reference, minute) in [("b", 1), ("a", 2)] {
        outbound(store.as_mut(), OutboundWrite::Dispatch(dispatch(reference, minute, DispatchState::Unknown)));
    }
    let taken = dispatch("b", 3, DispatchState::Accepted);
    outbound(store.as_mut(), OutboundWrite::Dispatch(taken.clone()));
    let readers = store.readers();
    assert_eq!(readers.dispatch("b").unwrap(), Some(taken.clone()));
    assert_eq!(readers.dispatch("c").unwrap(), None);
    let all = readers.dispatches(&record(1).incident, &agency("council")).unwrap();
    assert_eq!(all, [dispatch("a", 2, DispatchState::Unknown), taken]);
    assert_eq!(readers.dispatches(&record(1).incident, &agency("icb")).unwrap(), []);
}
