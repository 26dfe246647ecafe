//! The reader: takes a script line by line, remembers what was said before, and collects every problem.

use chrono::{NaiveDate, NaiveTime};
use muster_record::entry::Asked as Labels;
use muster_record::ids::{AgencyId, RuleSetId};
use muster_record::time::{Instant, from_uk};

use super::incidents::Incidents;
use super::line::{Line, Scene};
use super::problem::{Problem, Problems, Wrong};
use super::rows::{Group, groups};
use super::token::Token;
use super::verbs::{self, lifecycle, settings};
use super::{Asked, Cast, Script, Step, What, expectations, header};

mod opening;

/// What was read so far.
struct Reader {
    title: Option<String>,
    agencies: Vec<Cast>,
    rule_sets: Option<Vec<RuleSetId>>,
    start: Option<NaiveDate>,
    steps: Vec<Step>,
    /// The moment of the last step.
    now: Option<Instant>,
    incidents: Incidents,
    /// The refusal that the next step must meet, and the line that says so.
    expected: Option<(usize, String)>,
    wrong: Vec<Wrong>,
}

pub(super) fn read(text: &str) -> Result<Script, Problems> {
    let (groups, wrong) = groups(text);
    let mut reader = Reader {
        title: None,
        agencies: Vec::new(),
        rule_sets: None,
        start: None,
        steps: Vec::new(),
        now: None,
        incidents: Incidents::default(),
        expected: None,
        wrong,
    };
    for group in &groups {
        if let Err(wrong) = reader.group(group) {
            reader.wrong.push(wrong);
        }
    }
    let Reader { title, agencies, rule_sets, start, steps, expected, mut wrong, now: _, incidents: _ } = reader;
    let missing = |form: &str| Wrong { line: 1, expected: "a header line".to_owned(), instead: Some(form.to_owned()) };
    if let Some((line, _)) = expected {
        wrong.push(not_followed(line));
    }
    match (title, start, wrong.is_empty()) {
        (Some(title), Some(start), true) => Ok(Script { title, agencies, rule_sets, start, steps }),
        (title, start, _) => {
            let untitled = title.is_none().then(|| missing(header::EXERCISE));
            let undated = start.is_none().then(|| missing(header::START));
            wrong.extend(untitled.into_iter().chain(undated));
            Err(problems(text, wrong))
        }
    }
}

/// The problems with the lines they stand on, in order.
fn problems(text: &str, mut wrong: Vec<Wrong>) -> Problems {
    wrong.sort_by_key(|wrong| wrong.line);
    let line_of = |number: usize| text.lines().nth(number.saturating_sub(1)).unwrap_or_default().trim().to_owned();
    let told = |Wrong { line, expected, instead }| Problem { line, text: line_of(line), expected, instead };
    Problems(wrong.into_iter().map(told).collect())
}

impl Reader {
    fn scene<'a>(&'a self, line: usize, by: Option<&'a AgencyId>) -> Scene<'a> {
        let start = self.start.unwrap_or_default();
        let now = self.now.or_else(|| from_uk(start, NaiveTime::MIN)).unwrap_or_default();
        let busy = self.agencies.iter().find(|cast| Some(&cast.agency.id) == by).map(|cast| cast.alias.as_str());
        let services = self.incidents.services(busy);
        Scene { line, agencies: &self.agencies, services, incidents: &self.incidents, start, now, by }
    }

    fn group(&mut self, group: &Group) -> Result<(), Wrong> {
        let tokens = group.tokens();
        let mut line = Line::new(self.scene(group.line, None), &tokens);
        let form = if line.skip("exercise") {
            header::EXERCISE
        } else if line.skip("agency") {
            header::AGENCY
        } else if line.skip_words("rule sets") {
            header::RULE_SETS
        } else if line.skip("start") {
            header::START
        } else {
            return self.step(group, &tokens);
        };
        if !self.steps.is_empty() {
            return Err(line.wrong_before("the header lines before the first step"));
        }
        let rest = line.rest();
        let read = self.header(form, group.line, rest);
        read.map_err(|wrong| Wrong { instead: wrong.instead.or_else(|| Some(form.to_owned())), ..wrong })
    }

    fn header(&mut self, form: &str, line: usize, rest: &[Token]) -> Result<(), Wrong> {
        let mut line = Line::new(self.scene(line, None), rest);
        match form {
            header::EXERCISE => self.title = Some(header::title(&mut line)?),
            header::RULE_SETS => self.rule_sets = Some(header::rule_sets(&mut line)?),
            header::START => self.start = Some(header::start(&mut line)?),
            _ => {
                let cast = header::agency(&mut line, &self.agencies)?;
                self.agencies.push(cast);
            }
        }
        Ok(())
    }

    fn step(&mut self, group: &Group, tokens: &[Token]) -> Result<(), Wrong> {
        let (at, rest) = self.when(group.line, tokens)?;
        self.now = at;
        let mut line = Line::new(self.scene(group.line, None), rest);
        if line.skip("expect") {
            let read = self.expects(group.line, line.rest());
            return read.map_err(|wrong| Wrong { instead: Some(expectations::FORM.to_owned()), ..wrong });
        }
        if line.skip("wait") {
            line.must("for advice")?;
            line.end()?;
            return self.look(group.line, What::WaitForAdvice);
        }
        self.act(group, rest)
    }

    /// When the step is, if that was said by now, and the words that say what it is.
    fn when<'t>(&self, line: usize, tokens: &'t [Token]) -> Result<(Option<Instant>, &'t [Token]), Wrong> {
        let mut line = Line::new(self.scene(line, None), tokens);
        if !line.skip("at") {
            return Ok((self.now, line.rest()));
        }
        let at = line.moment()?;
        if self.now.is_some_and(|now| at < now) {
            return Err(line.wrong_before("a time that is not before the step above"));
        }
        Ok((Some(at), line.rest()))
    }

    /// When the step is.
    fn at(&self, line: usize) -> Result<Instant, Wrong> {
        let expected = || "the time of the first step".to_owned();
        self.now.ok_or_else(|| Wrong { line, expected: expected(), instead: Some("at 09:00 ...".to_owned()) })
    }

    fn expects(&mut self, number: usize, rest: &[Token]) -> Result<(), Wrong> {
        let mut line = Line::new(self.scene(number, None), rest);
        if line.skip("refusal") {
            let reason = expectations::reason(&mut line)?;
            line.end()?;
            return match self.expected.replace((number, reason)) {
                None => Ok(()),
                Some((line, _)) => Err(not_followed(line)),
            };
        }
        let expectation = expectations::read(&mut line)?;
        line.end()?;
        self.look(number, What::Expect(expectation))
    }

    /// A step in which nobody does anything.
    fn look(&mut self, line: usize, what: What) -> Result<(), Wrong> {
        if let Some((line, _)) = self.expected.take() {
            return Err(not_followed(line));
        }
        let Some((incident, who)) = self.incidents.last() else { return Err(not_opened(line)) };
        let (incident, who) = (incident.to_owned(), who.to_owned());
        let at = self.at(line)?;
        self.steps.push(Step {
            line,
            incident,
            at,
            who,
            office: None,
            labels: Labels::default(),
            what,
            expect_refusal: None,
        });
        Ok(())
    }

    /// A step in which an agency does something.
    fn act(&mut self, group: &Group, tokens: &[Token]) -> Result<(), Wrong> {
        let expect_refusal = self.expected.take().map(|(_, reason)| reason);
        let at = self.at(group.line)?;
        let mut line = Line::new(self.scene(group.line, None), tokens);
        let Cast { alias: who, agency } = line.cast()?.clone();
        let office = if line.skip("as") { Some(line.listed("the office")?) } else { None };
        let labels = labels(&mut line)?;
        let opens = line.skip("opens");
        let regional = opens && line.skip_words("regional incident from");
        let turns = line.skip_words("turns to");
        let adds = line.skip_words("adds member");
        let sets = line.skip_words(settings::WORDS);
        let together = !opens && line.skip("together");
        let rest = line.rest();
        if opens && !regional {
            let (what, incident) = self.opens(group.line, &who, &agency.id, rest, expect_refusal.is_some())?;
            self.steps.push(Step { line: group.line, incident, at, who, office, labels, what, expect_refusal });
            return Ok(());
        }
        if self.incidents.is_empty() {
            return Err(not_opened(group.line));
        }
        if turns {
            return self.turns(group.line, &who, rest);
        }
        let mut incident = self.incidents.of(&who);
        let what = if regional {
            let on = std::mem::take(&mut incident);
            let (item, called) = self.opens_regional(group.line, rest)?;
            if expect_refusal.is_none() {
                self.incidents.open(&called, &who, Vec::new());
            }
            incident = called;
            What::OpenRegional { on, item }
        } else if adds {
            What::AddMember { member: self.named(group.line, rest, lifecycle::ADDS_MEMBER)? }
        } else if sets {
            settings::read(&mut Line::new(self.scene(group.line, Some(&agency.id)), rest))?
        } else if together {
            match self.together(group, &agency.id, rest)? {
                Some(asked) => What::Commands(asked),
                None => return Ok(()),
            }
        } else {
            What::Commands(verbs::read(&mut Line::new(self.scene(group.line, Some(&agency.id)), rest))?)
        };
        self.steps.push(Step { line: group.line, incident, at, who, office, labels, what, expect_refusal });
        Ok(())
    }

    /// The commands of a block; none where one of them cannot be read.
    fn together(&mut self, group: &Group, by: &AgencyId, rest: &[Token]) -> Result<Option<Vec<Asked>>, Wrong> {
        let mut line = Line::new(self.scene(group.line, None), rest);
        line.breathe();
        if line.rest().first().is_none_or(|token| token.line == group.line) {
            return Err(line.wrong_here("what is done together in the lines below, set in"));
        }
        let (mut asked, mut wrong) = (Vec::new(), Vec::new());
        for part in group.parts() {
            let number = part.first().map_or(group.line, |token| token.line);
            match verbs::read(&mut Line::new(self.scene(number, Some(by)), &part)) {
                Ok(read) => asked.extend(read),
                Err(problem) => wrong.push(problem),
            }
        }
        let whole = wrong.is_empty();
        self.wrong.extend(wrong);
        Ok(whole.then_some(asked))
    }
}

/// `marked safeguarding`, `only for icb and cqc`: what is said of the entries besides what they say.
fn labels(line: &mut Line<'_, '_>) -> Result<Labels, Wrong> {
    let class = if line.skip("marked") { Some(line.listed("the class")?) } else { None };
    let mut audience = Vec::new();
    if line.skip_words("only for") {
        audience.push(line.agency()?);
        while line.skip("and") {
            audience.push(line.agency()?);
        }
    }
    Ok(Labels { class, audience })
}

fn not_followed(line: usize) -> Wrong {
    Wrong { line, expected: "a step right behind it that is refused".to_owned(), instead: None }
}

fn not_opened(line: usize) -> Wrong {
    let expected = "the incident to be opened first".to_owned();
    Wrong { line, expected, instead: Some(lifecycle::OPENS.to_owned()) }
}
