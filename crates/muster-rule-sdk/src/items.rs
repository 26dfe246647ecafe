//! Items of advice, built so that none is without a key and none is without its citations being asked for.

use crate::{
    Advice, AgencyKind, Allocation, Answer, Choice, Citation, Description, Draft, Finding, Gate, IncidentKind, Instant,
    Interest, Involvement, ItemKind, Office, OptionSet, Other, Part, ProposedAction, Question, RegionalIncident,
    Remark, Step, Tag,
};

impl Finding {
    /// What is held to be so, not so or not known of `subject`.
    pub fn new(
        key: impl Into<String>,
        subject: impl Into<String>,
        verdict: Answer,
        title: impl Into<String>,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        let cites = cites.into_iter().collect();
        Self { key: key.into(), subject: subject.into(), verdict, title: title.into(), because: Vec::new(), cites }
    }

    /// One more thing that it rests on: a fact with its entry, a count, a row.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because.push(reason.into());
        self
    }
}

impl Question {
    /// A fact needed. The question's key is `ask/` and the key of the fact.
    pub fn new(
        fact: impl Into<String>,
        asks: impl Into<String>,
        of_kind: AgencyKind,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        let fact = fact.into();
        Self { key: format!("ask/{fact}"), fact, asks: asks.into(), of_kind, cites: cites.into_iter().collect() }
    }
}

impl ProposedAction {
    /// What an agency of this kind should do.
    pub fn new(
        key: impl Into<String>,
        title: impl Into<String>,
        owner: AgencyKind,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
            owner,
            owner_agency: None,
            due: None,
            because: Vec::new(),
            cites: cites.into_iter().collect(),
        }
    }

    /// The agency itself, where the rule names one.
    #[must_use]
    pub fn of_agency(mut self, agency: impl Into<String>) -> Self {
        self.owner_agency = Some(agency.into());
        self
    }

    /// By when it should be done.
    #[must_use]
    pub fn due(mut self, at: Instant) -> Self {
        self.due = Some(at);
        self
    }

    /// One more thing that it rests on.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because.push(reason.into());
        self
    }
}

impl OptionSet {
    /// What an office is asked to decide.
    pub fn new(
        key: impl Into<String>,
        question: impl Into<String>,
        decided_by: Office,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        let cites = cites.into_iter().collect();
        Self { key: key.into(), question: question.into(), decided_by, choices: Vec::new(), cites }
    }

    /// One more option, to be weighed after those already there.
    #[must_use]
    pub fn choice(
        mut self,
        key: impl Into<String>,
        title: impl Into<String>,
        suits: Answer,
        because: Vec<String>,
    ) -> Self {
        let rank = u32::try_from(self.choices.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.choices.push(Choice { key: key.into(), title: title.into(), rank, suits, because });
        self
    }
}

impl Involvement {
    /// How far agencies of a kind should be involved, and why.
    pub fn new(
        key: impl Into<String>,
        agency: AgencyKind,
        interest: Interest,
        why: impl Into<String>,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        Self { key: key.into(), agency, interest, why: why.into(), cites: cites.into_iter().collect() }
    }
}

impl Gate {
    /// A condition that should hold before a step is taken.
    pub fn new(
        key: impl Into<String>,
        blocks: Step,
        until: impl Into<String>,
        satisfied: Answer,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        Self { key: key.into(), blocks, until: until.into(), satisfied, cites: cites.into_iter().collect() }
    }
}

impl Draft {
    /// A text for people to check, approve and issue.
    pub fn new(
        key: impl Into<String>,
        audience: impl Into<String>,
        title: impl Into<String>,
        body: impl Into<String>,
        approved_by: AgencyKind,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        Self {
            key: key.into(),
            audience: audience.into(),
            title: title.into(),
            body: body.into(),
            approved_by,
            cites: cites.into_iter().collect(),
        }
    }
}

impl Allocation {
    /// A person's place in the order of the rule, and the offer they are matched to where there is one.
    pub fn new(person: impl Into<String>, to: Option<&str>, rank: u32, because: Vec<String>) -> Self {
        let person = person.into();
        Self { key: format!("place/{person}"), person, to: to.map(str::to_owned), rank, because }
    }
}

impl RegionalIncident {
    /// A regional incident that a regional lead should open, in the region of this one.
    pub fn new(
        key: impl Into<String>,
        title: impl Into<String>,
        region: Option<String>,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        let cites = cites.into_iter().collect();
        Self { key: key.into(), title: title.into(), region, because: Vec::new(), cites }
    }

    /// One more thing that it rests on.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because.push(reason.into());
        self
    }
}

impl Description {
    /// What a rule set is, and the kinds of incident it is pinned to when they open.
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        title: impl Into<String>,
        source: impl Into<String>,
        concerns: impl IntoIterator<Item = IncidentKind>,
    ) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            title: title.into(),
            source: source.into(),
            review_due: None,
            concerns: concerns.into_iter().collect(),
            settings_schema: r#"{"type": "object", "additionalProperties": false}"#.to_owned(),
            facts: Vec::new(),
            needs: Vec::new(),
            gives: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The date (`2024-07-31`) on which its source is to be reviewed.
    #[must_use]
    pub fn review_due(mut self, date: impl Into<String>) -> Self {
        self.review_due = Some(date.into());
        self
    }

    /// The JSON Schema of its settings; without it, it has none.
    #[must_use]
    pub fn settings_schema(mut self, schema: impl Into<String>) -> Self {
        self.settings_schema = schema.into();
        self
    }

    /// The keys of the facts it reads, for which it needs the facts; `service/*/national` stands for one of each service.
    #[must_use]
    pub fn reading<K: Into<String>>(mut self, facts: impl IntoIterator<Item = K>) -> Self {
        self.facts.extend(facts.into_iter().map(Into::into));
        self.needing([Part::Facts])
    }

    /// The parts of the situation it wants: it is shown no other.
    #[must_use]
    pub fn needing(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.needs.extend(parts);
        self.needs.sort_unstable();
        self.needs.dedup();
        self
    }

    /// The kinds of advice it may give: an answer with any other is not taken.
    #[must_use]
    pub fn giving(mut self, kinds: impl IntoIterator<Item = ItemKind>) -> Self {
        self.gives.extend(kinds);
        self.gives.sort_unstable();
        self.gives.dedup();
        self
    }
}

impl Other {
    /// Advice of a kind that the contract does not know. `json` is in words that its reader agrees on.
    pub fn new(
        key: impl Into<String>,
        kind: impl Into<String>,
        title: impl Into<String>,
        json: &serde_json::Value,
        cites: impl IntoIterator<Item = Citation>,
    ) -> Self {
        let (json, cites) = (json.to_string(), cites.into_iter().collect());
        Self { key: key.into(), kind: kind.into(), title: title.into(), json, because: Vec::new(), cites }
    }

    /// One more thing that it rests on.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because.push(reason.into());
        self
    }
}

impl Advice {
    /// Says that the item with this key rests on these parts of the situation alone, so that whoever may see those may
    /// see it. The host asks again with nothing but them, and takes the answer only where the item comes out the same.
    #[must_use]
    pub fn resting_on(mut self, key: impl Into<String>, parts: impl IntoIterator<Item = Part>) -> Self {
        let parts = parts.into_iter().collect();
        self.remark(key.into(), |remark| remark.rests_on = Some(parts));
        self
    }

    /// Says something of the item with this key that the contract has no field for.
    #[must_use]
    pub fn tagged(mut self, key: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        let key = key.into();
        let tag = Tag { of: key.clone(), name: name.into(), value: value.into() };
        self.remark(key, |remark| remark.tags.push(tag));
        self
    }

    fn remark(&mut self, key: String, says: impl FnOnce(&mut Remark)) {
        if let Some(known) = self.remarks.iter_mut().find(|remark| remark.key == key) {
            return says(known);
        }
        let mut remark = Remark { key, rests_on: None, tags: Vec::new() };
        says(&mut remark);
        self.remarks.push(remark);
    }
}
