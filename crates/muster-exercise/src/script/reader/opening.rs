//! Reading how incidents are opened, and how an agency turns from one to another.

use muster_record::ids::AgencyId;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::super::token::Token;
use super::super::verbs::{self, lifecycle};
use super::super::{ItemRef, What};
use super::Reader;

impl Reader {
    /// The name of an incident opened above, and nothing behind it.
    pub(super) fn named(&self, number: usize, rest: &[Token], form: &str) -> Result<String, Wrong> {
        let mut line = Line::new(self.scene(number, None), rest);
        let read = line.incident().and_then(|name| line.end().map(|()| name));
        read.map_err(|wrong| Wrong { instead: wrong.instead.or_else(|| Some(form.to_owned())), ..wrong })
    }

    pub(super) fn turns(&mut self, number: usize, who: &str, rest: &[Token]) -> Result<(), Wrong> {
        let name = self.named(number, rest, lifecycle::TURNS_TO)?;
        self.incidents.turn(who, &name);
        Ok(())
    }

    pub(super) fn opens_regional(&self, number: usize, rest: &[Token]) -> Result<(ItemRef, String), Wrong> {
        let mut line = Line::new(self.scene(number, None), rest);
        let mut read = || {
            let mut items = verbs::advice::items(&mut line, Some("regional-incident"))?;
            line.must("called")?;
            let called = self.new_name(&mut line)?;
            line.end()?;
            match (items.pop(), items.is_empty()) {
                (Some(item), true) => Ok((item, called)),
                (_, _) => Err(line.wrong_before("one proposal")),
            }
        };
        let form = || Some(lifecycle::OPENS_REGIONAL.to_owned());
        read().map_err(|wrong| Wrong { instead: wrong.instead.or_else(form), ..wrong })
    }

    /// A name that no incident has yet.
    fn new_name(&self, line: &mut Line<'_, '_>) -> Result<String, Wrong> {
        let name = line.word("the name of the incident")?;
        if self.incidents.names().any(|known| known == name) {
            return Err(line.wrong_before("a name that no incident above has"));
        }
        Ok(name)
    }

    pub(super) fn opens(
        &mut self,
        line: usize,
        who: &str,
        by: &AgencyId,
        rest: &[Token],
        refused: bool,
    ) -> Result<(What, String), Wrong> {
        let mut line = Line::new(self.scene(line, Some(by)), rest);
        let read = lifecycle::opening(&mut line).and_then(|opening| line.end().map(|()| opening));
        let is_taken = |called: &str| self.incidents.names().any(|known| known == called);
        let read = match read {
            Ok((_, called)) if is_taken(&called) => Err(line.wrong_before("a name of its own: ... called NAME")),
            read => read,
        };
        // A line that means to open opens, so that the lines below are not blamed for it.
        let (name, services) = match &read {
            Ok((opening, called)) => {
                (called.clone(), opening.services.iter().map(|service| service.id.clone()).collect())
            }
            Err(_) => (format!("unread-{}", line.now()), "unread".parse().into_iter().collect()),
        };
        if !refused {
            self.incidents.open(&name, who, services);
        }
        let form =
            |wrong: Wrong| Wrong { instead: wrong.instead.or_else(|| Some(lifecycle::OPENS.to_owned())), ..wrong };
        read.map(|(opening, called)| (What::Open(Box::new(opening)), called)).map_err(form)
    }
}
