//! Holding settings against a schema: all that is wrong at once, each with its place and what would do.

use muster_record::nearest::nearest;
use serde_json::{Map, Value};

use super::schema::{Fields, Kind, Others, Part, PartNo, Rule, Schema};
use super::words::{self, counted, quoted};
use super::{broken, json};
use crate::failure::SettingsIssue;
use crate::limits::ISSUES;
use crate::text;

/// Parts of the schema held against values, all in all: ten times what the largest settings that are taken need.
const STEPS: u32 = 300_000;
/// How deep the check goes, parts within parts: deeper than any table, and shallow enough for a thread's stack.
const DEPTH: u32 = 200;
/// Characters of what is said of one place.
const SAID: usize = 300;

/// All that is wrong with a value.
pub(super) fn check(schema: &Schema, value: &Value) -> Vec<SettingsIssue> {
    let Some(root) = schema.root else { return Vec::new() };
    let mut checker = Checker { schema, steps: STEPS, found: Vec::new() };
    checker.part(root, value, "", 0);
    let Checker { schema: _, steps, mut found } = checker;
    if steps == 0 {
        let problem = "these take too long to be held against the rule set's schema: they are too many or too deep";
        found.insert(0, SettingsIssue { path: String::new(), problem: problem.to_owned() });
    }
    found.truncate(ISSUES);
    found
}

struct Checker<'a> {
    schema: &'a Schema,
    /// Steps left; at none nothing more is looked at, and nothing is taken.
    steps: u32,
    found: Vec<SettingsIssue>,
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, path: &str, problem: impl AsRef<str>) {
        let problem = text::cut(problem.as_ref(), SAID);
        self.found.push(SettingsIssue { path: path.to_owned(), problem });
    }

    /// What holding to a part by itself would find.
    fn tried(&mut self, part: PartNo, value: &Value, path: &str, depth: u32) -> Vec<SettingsIssue> {
        let before = std::mem::take(&mut self.found);
        self.part(part, value, path, depth);
        std::mem::replace(&mut self.found, before)
    }

    fn part(&mut self, number: PartNo, value: &Value, path: &str, depth: u32) {
        if depth > DEPTH {
            self.steps = 0;
        }
        let Some(steps) = self.steps.checked_sub(1) else { return };
        self.steps = steps;
        let schema: &'a Schema = self.schema;
        let Some(part) = schema.part(number) else { return };
        let depth = depth.saturating_add(1);
        for rule in &part.rules {
            if self.found.len() > ISSUES {
                return;
            }
            self.within(part, rule, value, path, depth);
            self.of_the_same(rule, value, path, depth);
        }
    }

    /// Rules that speak of what a value is, or of what is within it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a rule is looked at in three places, each for its own")]
    fn within(&mut self, part: &Part, rule: &'a Rule, value: &Value, path: &str, depth: u32) {
        match rule {
            Rule::Never => self.wrong(path, "nothing may stand here"),
            Rule::Kinds(kinds) => {
                if !kinds.iter().any(|kind| is(*kind, value)) {
                    let kinds: Vec<String> = kinds.iter().map(|kind| words::kind(*kind).to_owned()).collect();
                    self.wrong(path, format!("must be {}; it is {}", words::or(&kinds), quoted(value)));
                }
            }
            Rule::OneOf(values) => self.one_of(values, value, path),
            Rule::Entries { first, rest } => {
                let Value::Array(entries) = value else { return };
                for (index, entry) in entries.iter().enumerate() {
                    if let Some(part) = first.get(index).copied().or(*rest) {
                        self.part(part, entry, &words::entry(path, index), depth);
                    }
                }
            }
            Rule::Fields(fields) => {
                let Value::Object(given) = value else { return };
                self.fields(fields, given, path, depth);
            }
            Rule::Names(part) => {
                let Value::Object(given) = value else { return };
                for name in given.keys() {
                    let shown = words::field(path, name);
                    for SettingsIssue { path: _, problem } in self.tried(*part, &Value::from(name.as_str()), "", depth)
                    {
                        self.wrong(&shown, format!("its name {problem}"));
                    }
                }
            }
            // What is left speaks of the value by itself, or is for `of_the_same`.
            _ => {
                if let Some(problem) = broken::told(part, rule, value) {
                    self.wrong(path, problem);
                }
            }
        }
    }

    /// Rules made of other parts that hold for the same value.
    fn of_the_same(&mut self, rule: &'a Rule, value: &Value, path: &str, depth: u32) {
        if let Rule::All(parts) = rule {
            parts.iter().for_each(|part| self.part(*part, value, path, depth));
        }
        if let Rule::Any(parts) | Rule::One(parts) = rule {
            let mut tried: Vec<Vec<SettingsIssue>> =
                parts.iter().map(|part| self.tried(*part, value, path, depth)).collect();
            let fit = tried.iter().filter(|issues| issues.is_empty()).count();
            if fit == 0 {
                tried.sort_by_key(Vec::len);
                let nearest = tried.into_iter().next().unwrap_or_default();
                let forms = counted(parts.len(), "the form it must have", "any of the # forms it may have");
                let told: Vec<String> = nearest.iter().map(ToString::to_string).collect();
                self.wrong(path, format!("does not fit {forms}; for the nearest: {}", told.join("; ")));
            }
            if let (Rule::One(_), 2..) = (rule, fit) {
                self.wrong(path, format!("fits {fit} of the forms it may have, and must fit one: say more, or less"));
            }
        }
        if let Rule::Not(part) = rule
            && self.tried(*part, value, path, depth).is_empty()
        {
            let is = self.schema.part(*part).and_then(|part| part.description.as_deref());
            self.wrong(
                path,
                is.map_or_else(|| format!("may not be {}", quoted(value)), |is| format!("may not be: {is}")),
            );
        }
        if let Rule::When { condition, then, otherwise } = rule {
            let holds = self.tried(*condition, value, path, depth).is_empty();
            let next = if holds { then } else { otherwise };
            next.iter().for_each(|part| self.part(*part, value, path, depth));
        }
    }

    fn one_of(&mut self, values: &[Value], value: &Value, path: &str) {
        if values.iter().any(|allowed| json::sorted(allowed) == json::sorted(value)) {
            return;
        }
        let known = values.iter().filter_map(Value::as_str);
        let meant = value.as_str().and_then(|given| nearest(given, known));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean \"{meant}\"?"));
        let listed = words::listed(values.iter().map(quoted));
        self.wrong(path, format!("{} is not one of: {listed}{meant}", quoted(value)));
    }

    fn fields(&mut self, fields: &'a Fields, given: &Map<String, Value>, path: &str, depth: u32) {
        for name in fields.required.iter().filter(|name| !given.contains_key(*name)) {
            let part = fields.known.get(name).and_then(|part| self.schema.part(*part));
            let is = part.and_then(|part| part.description.as_deref());
            let is = is.map_or_else(String::new, |is| format!(": {is}"));
            self.wrong(path, format!("`{name}` is missing{is}"));
        }
        for (name, value) in given {
            let place = words::field(path, name);
            let known = fields.known.get(name);
            let matching = fields.by_pattern.iter().filter(|(pattern, _)| pattern.is_match(name));
            let parts: Vec<PartNo> = known.copied().into_iter().chain(matching.map(|(_, part)| *part)).collect();
            parts.iter().for_each(|part| self.part(*part, value, &place, depth));
            match fields.others {
                Some(Others::Each(part)) if parts.is_empty() => self.part(part, value, &place, depth),
                Some(Others::None) if parts.is_empty() => {
                    let problem = not_a_setting(fields, name);
                    self.wrong(&place, problem);
                }
                Some(Others::Each(_) | Others::None) | None => (),
            }
        }
    }
}

fn not_a_setting(fields: &Fields, name: &str) -> String {
    let shown = text::cut(name, 60);
    match nearest(name, fields.known.keys().map(String::as_str)) {
        Some(meant) => format!("`{shown}` is not a setting here; did you mean `{meant}`?"),
        None if fields.known.is_empty() => format!("`{shown}` is not a setting here; there is none"),
        None => {
            let known = words::listed(fields.known.keys().cloned());
            format!("`{shown}` is not a setting here; there are: {known}")
        }
    }
}

fn is(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::YesNo => value.is_boolean(),
        Kind::Whole => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Kind::Number => value.is_number(),
        Kind::Text => value.is_string(),
        Kind::List => value.is_array(),
        Kind::Object => value.is_object(),
    }
}
