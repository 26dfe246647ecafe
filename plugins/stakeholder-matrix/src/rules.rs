//! The matrix, row by row, and what it says of one service.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Citation, Finding, Interest, Involvement, Provenance, Question, Service, ServiceKind,
    Situation, cite,
};
use serde::Deserialize;

/// A cell of the matrix, as the table words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Cell {
    #[serde(rename = "Financial / Operational")]
    FinancialAndOperational,
    Operational,
    Oversight,
    Information,
    None,
}

impl Cell {
    fn words(self) -> &'static str {
        match self {
            Self::FinancialAndOperational => "Financial / Operational",
            Self::Operational => "Operational",
            Self::Oversight => "Oversight",
            Self::Information => "Information",
            Self::None => "None",
        }
    }

    /// The interest that the cell stands for; `None` is an answer too, and no involvement.
    fn interest(self) -> Option<Interest> {
        match self {
            Self::FinancialAndOperational => Some(Interest::FinancialAndOperational),
            Self::Operational => Some(Interest::Operational),
            Self::Oversight => Some(Interest::Oversight),
            Self::Information => Some(Interest::Information),
            Self::None => None,
        }
    }
}

/// A row of the matrix.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Row {
    /// Tells the rows apart for readers of the table; items are called by the service they speak of.
    #[serde(rename = "key")]
    _key: String,
    clause: String,
    provenance: Provenance,
    words: String,
    kind: ServiceKind,
    national: Option<Answer>,
    council: Cell,
    health_commissioner: Cell,
    regulator: Cell,
}

/// A cell of a row, with who stands in its column and the column's heading.
struct Column {
    agency: AgencyKind,
    heading: &'static str,
    cell: Cell,
}

impl Row {
    fn columns(&self) -> [Column; 3] {
        let council = AgencyKind::Council;
        let health = AgencyKind::HealthCommissioner;
        let regulator = AgencyKind::Regulator;
        [
            Column { agency: council, heading: "CCC", cell: self.council },
            Column { agency: health, heading: "CWCCG", cell: self.health_commissioner },
            Column { agency: regulator, heading: "CQC", cell: self.regulator },
        ]
    }

    fn cells(&self) -> [Cell; 3] {
        self.columns().map(|column| column.cell)
    }

    fn cites(&self, cell: Cell) -> [Citation; 2] {
        [&self.words, cell.words()].map(|words| cite(&self.clause, words, self.provenance))
    }

    /// Whether this is the row of a service whose provider is, is not or may be a national one.
    fn fits(&self, kind: ServiceKind, national: Answer) -> bool {
        let fits_size = match (self.national, national) {
            (None, _) | (Some(_), Answer::Unknown) => true,
            (Some(row), service) => row == service,
        };
        self.kind == kind && fits_size
    }
}

/// The whole matrix.
pub(crate) fn table() -> Result<Vec<Row>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        row: Vec<Row>,
    }
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/matrix.json"))).map(|table: Table| table.row)
}

/// What the matrix says of one service.
pub(crate) fn involve(situation: &Situation, service: &Service, rows: &[Row], advice: &mut Advice) {
    let fact = format!("service/{}/national", service.id);
    let national = situation.answer(&fact).or_else(service.national);
    let depends = rows.iter().any(|row| row.kind == service.kind && row.national.is_some());
    if depends && national == Answer::Unknown {
        advice.questions.push(ask(service, &fact, rows));
    }
    let is_partial = depends && national == Answer::Unknown && !has_both_rows(service.kind, rows);
    let rows: Vec<&Row> = rows.iter().filter(|row| row.fits(service.kind, national)).collect();
    match rows.as_slice() {
        [] => advice.findings.push(not_in_table(service, national)),
        [only, ..] if is_partial => advice.findings.push(only_if_national(service, only)),
        [row] => read_row(service, row, "", advice),
        [row, other, ..] => read_both(service, row, other, advice),
    }
}

fn has_both_rows(kind: ServiceKind, rows: &[Row]) -> bool {
    [Answer::Yes, Answer::No].iter().all(|size| rows.iter().any(|row| row.fits(kind, *size)))
}

fn read_row(service: &Service, row: &Row, also: &str, advice: &mut Advice) {
    for Column { agency, heading, cell } in row.columns() {
        let key = format!("{}/{agency}", service.id);
        let said = format!("{heading}: {} in the table's row \"{}\"{also}", cell.words(), row.words);
        match cell.interest() {
            Some(interest) => {
                advice.involvements.push(Involvement::new(key, agency, interest, said, row.cites(cell)));
            }
            None => {
                let title = format!("{heading}: None in the table");
                let finding = Finding::new(key, &service.id, Answer::No, title, row.cites(cell)).because(said);
                advice.findings.push(finding);
            }
        }
    }
}

/// Nobody knows which of two rows it is: where they agree that does not matter yet, elsewhere it is not guessed.
fn read_both(service: &Service, row: &Row, other: &Row, advice: &mut Advice) {
    if row.cells() == other.cells() {
        let also = format!("; not known whether that row or \"{}\" applies, and both say the same", other.words);
        read_row(service, row, &also, advice);
        return;
    }
    let title = "The table has two rows for this service and they differ";
    let cites = [row, other].map(|row| cite(&row.clause, &row.words, row.provenance));
    let finding = Finding::new(format!("{}/two-rows", service.id), &service.id, Answer::Unknown, title, cites);
    advice.findings.push(finding);
}

fn only_if_national(service: &Service, row: &Row) -> Finding {
    let title = format!("In the table only if the row \"{}\" applies, which is not known", row.words);
    let cites = [cite(&row.clause, &row.words, row.provenance)];
    Finding::new(format!("{}/not-in-table", service.id), &service.id, Answer::Unknown, title, cites)
}

fn not_in_table(service: &Service, national: Answer) -> Finding {
    let kind = named(service.kind);
    let is_local = service.kind == ServiceKind::HousingWithCare && national == Answer::No;
    let size = if is_local { " (local)" } else { "" };
    let words = "who will need to be involved should market failure materialise";
    let title = format!("Not in the table: {kind}{size}");
    let cites = [cite("Plan section 8", words, Provenance::Plan)];
    Finding::new(format!("{}/not-in-table", service.id), &service.id, Answer::Unknown, title, cites)
        .because("The table has no row for this kind of service, so it says nothing of who is involved: people decide")
}

fn ask(service: &Service, fact: &str, rows: &[Row]) -> Question {
    let asks = if service.kind == ServiceKind::ThirdSector {
        format!("Is the organisation that runs {} a large one (yes), or small and local (no)?", service.id)
    } else {
        format!("Is the provider that runs {} a national one (yes), or a local one (no)?", service.id)
    };
    let cites =
        rows.iter().filter(|row| row.kind == service.kind).map(|row| cite(&row.clause, &row.words, row.provenance));
    Question::new(fact, asks, AgencyKind::Council, cites)
}

fn named(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Residential => "residential",
        ServiceKind::Nursing => "nursing",
        ServiceKind::HousingWithCare => "housing with care",
        ServiceKind::HomeSupport => "home support",
        ServiceKind::SupportedLiving => "supported living",
        ServiceKind::DayService => "day service",
        ServiceKind::CommunityMeals => "community meals",
        ServiceKind::Sheltered => "sheltered housing",
        ServiceKind::ThirdSector => "third sector",
    }
}

#[cfg(test)]
mod tests;
