//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Citation, Interest};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// All the tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) involvements: Vec<InvolvementRow>,
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) ladder: Vec<Rung>,
    pub(crate) stop: Stop,
}

/// An agency that works an outbreak.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvolvementRow {
    pub(crate) key: String,
    pub(crate) agency: AgencyKind,
    pub(crate) interest: Interest,
    pub(crate) why: String,
    pub(crate) cites: Vec<Citation>,
}

/// What has to be so for a row to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// The outbreak is not known to be over.
    Running,
    /// It runs, and no agency holds the office that leads.
    NobodyLeads,
    /// It runs, and it is not known whether a meeting is required.
    MeetingNotSettled,
    /// It runs, is not widespread, and nobody has said whether a meeting is required all the same.
    NotWidespread,
    /// It runs, a meeting is required and none is called.
    MeetingRequired,
    /// It runs, and a meeting is called and not held.
    MeetingCalled,
    /// It runs, an audit is required and not recommended yet.
    AuditRequired,
    /// It runs, and an audit is recommended.
    AuditRecommended,
    /// It runs, and protective equipment is short.
    EquipmentShort,
    /// It runs, and is one of coronavirus.
    Coronavirus,
    /// It runs, and is not known to be one of coronavirus.
    NotKnownAsCoronavirus,
    /// It runs, and council staff are all that is left.
    LastRung,
    /// Council staff work in the service and need not any more.
    CouncilStaffNotNeeded,
    /// Something hangs on whether it is over.
    EndMatters,
    /// It is over, nothing temporary is left, and the incident has not stepped down.
    CanStepDown,
    /// It is over, and the incident has stepped down.
    Recovering,
    /// The incident has stepped down, and the outbreak is not over.
    BackAgain,
}

/// What settles a finding.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SettledBy {
    /// The answer to its fact.
    Fact,
    /// Who holds the office that leads.
    Lead,
    /// How widespread it is, or what Public Health says is required.
    Meeting,
    /// That the infection is not coronavirus.
    OtherInfection,
}

/// Something held to be so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingRow {
    pub(crate) key: String,
    pub(crate) subject: String,
    /// Absent for what always matters.
    pub(crate) when: Option<When>,
    pub(crate) by: SettledBy,
    pub(crate) fact: Option<String>,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A fact that an outbreak needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) fact: String,
    pub(crate) when: When,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// A step, and who takes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct StepRow {
    pub(crate) key: String,
    pub(crate) when: When,
    /// Absent for a step of the agency that leads the incident.
    pub(crate) owner: Option<AgencyKind>,
    #[serde(default)]
    pub(crate) at_once: bool,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A rung of the staffing ladder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rung {
    pub(crate) key: String,
    pub(crate) owner: AgencyKind,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
    /// What says that the next rung is needed; absent for the last.
    pub(crate) exhausted: Option<Exhausted>,
}

/// The fact by which a rung is exhausted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exhausted {
    pub(crate) fact: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
}

/// The temporary placement stop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    pub(crate) action: Vec<StopRow>,
    pub(crate) gate: Vec<GateRow>,
    pub(crate) notice: Vec<NoticeRow>,
}

/// How far the stop has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StopWhen {
    /// The outbreak runs and no temporary stop stands.
    NoneStands,
    /// The outbreak is over and something temporary still stands.
    StandsAndOver,
}

/// Placing the stop, or lifting it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StopRow {
    pub(crate) key: String,
    pub(crate) when: StopWhen,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// What holds back lifting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateRow {
    pub(crate) key: String,
    pub(crate) until: String,
    pub(crate) cites: Vec<Citation>,
}

/// Which of the council's texts a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NoticeWhen {
    /// While the outbreak runs.
    Running,
    /// Once it is over and a temporary stop was placed for it.
    Over,
}

/// A text to adult social care teams.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeRow {
    pub(crate) key: String,
    pub(crate) when: NoticeWhen,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) cites: Vec<Citation>,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rows<T> {
        #[serde(alias = "involvement", alias = "finding", alias = "question", alias = "step", alias = "rung")]
        rows: Vec<T>,
    }
    fn rows<T: DeserializeOwned>(json: &str) -> Result<Vec<T>, serde_json::Error> {
        serde_json::from_str::<Rows<T>>(json).map(|table| table.rows)
    }
    Ok(Tables {
        involvements: rows(include_str!(concat!(env!("OUT_DIR"), "/table.json")))?,
        findings: rows(include_str!(concat!(env!("OUT_DIR"), "/findings.json")))?,
        questions: rows(include_str!(concat!(env!("OUT_DIR"), "/questions.json")))?,
        steps: rows(include_str!(concat!(env!("OUT_DIR"), "/steps.json")))?,
        ladder: rows(include_str!(concat!(env!("OUT_DIR"), "/staffing.json")))?,
        stop: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/stop.json")))?,
    })
}
