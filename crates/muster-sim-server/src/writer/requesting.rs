//! Requests, each put down before it is sent.

use chrono::TimeDelta;
use muster_record::incident::{actions, log};

use super::{Ask, Class, Command, Outcome, SEATED, Writer, of_commands, v1};
use crate::clock::Clock;
use crate::ledger::Asked;
use crate::model::{LETTERS, Note};

impl Writer {
    /// A request for notes with a secret each, put down before it is sent.
    pub(super) async fn request(&mut self, incident: usize, how_many: u64, ask: Ask) -> (v1::AppendRequest, usize) {
        let id = self.desk.stage.opened(incident).await;
        let only = ask.only.filter(|only| SEATED[incident].contains(only));
        // What is legally privileged is written for somebody by name, or kept by its author.
        let class = ask.class.unwrap_or(Class::Operational);
        let asked = self.puts_down(incident, how_many, ask.expected);
        let mut commands = Vec::new();
        for _ in 0..how_many {
            let letters: String =
                (0..LETTERS).map(|_| char::from(b'a' + self.desk.dice.any().to_le_bytes()[0] % 26)).collect();
            let secret = format!("canary-{letters}");
            let text =
                format!("the {} was told, {secret}", ["night staff", "kitchen", "family"][self.desk.dice.place(3)]);
            let note = Note { incident, author: self.desk.agency, class, only, request: asked };
            self.desk.stage.ledger.borrow_mut().notes.insert(secret, note);
            commands.push(self.says(text));
        }
        let name = self.desk.stage.ledger.borrow().asked.get(asked).map(|asked| asked.id.clone()).unwrap_or_default();
        let options = v1::WriteOptions {
            request_id: name,
            expected_seq: ask.expected,
            class: v1::Class::from(class).into(),
            audience: only.map(str::to_owned).into_iter().collect(),
            ..v1::WriteOptions::default()
        };
        (of_commands(id, options, &commands), asked)
    }

    /// A text as a note, or as what is to be done: that stands in reports too, with a clock of its own.
    fn says(&mut self, text: String) -> Command {
        if self.desk.dice.percent(70) {
            return log::Command::Note { text }.into();
        }
        let seconds = TimeDelta::seconds(i64::try_from(self.desk.dice.roll(60)).unwrap_or(0));
        let owner = self.desk.agency.parse().expect("a name of ours is a name");
        actions::Command::Raise { title: text, owner, due: Clock::nine().checked_add_signed(seconds) }.into()
    }

    pub(super) fn puts_down(&mut self, incident: usize, entries: u64, expected: Option<u64>) -> usize {
        self.named = self.named.saturating_add(1);
        let id = format!("{}-{}", self.desk.host, self.named);
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        let (began, agency) = (ledger.now, self.desk.agency);
        ledger.asked.push(Asked {
            id,
            agency,
            incident,
            entries,
            expected,
            began,
            ended: None,
            outcome: Outcome::Open,
        });
        ledger.asked.len().saturating_sub(1)
    }
}
