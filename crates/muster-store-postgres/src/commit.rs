//! A group in one transaction, in two exchanges with the server: what is held, and then what is written.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_store::{CommitError, Fence, ServerError};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::append::{self, Appending};
use crate::beside;
use crate::connection::{Connection, Purpose, Way};
use crate::exchange::{Answer, Gives, Sending, exchange};
use crate::fault::{Fault, unwritten};
use crate::plan::{Held, Plan, repeated};
use crate::row;
use crate::sql;
use crate::step::{Step, params};

/// What the database holds for a group until its transaction ends.
pub(crate) struct Holding {
    pub(crate) heads: BTreeMap<IncidentId, Held>,
    /// Where the audit ends.
    pub(crate) audit: (u64, Hash),
    /// Request ids of the group that were used before: agency and id.
    used: Vec<(String, String)>,
    /// The leases that it was decided under, as they stand.
    leases: BTreeMap<IncidentId, Fence>,
}

/// Writes a group. The connection is taken out, and put back if it is of use any more. Gives the revisions.
pub(crate) async fn commit(way: &Way, kept: &mut Option<Connection>, plan: Plan) -> Result<Vec<u64>, CommitError> {
    let (mut connection, holding) = begin(way, kept, &plan).await.map_err(|fault| unwritten(fault, &way.place))?;
    let written = match checked(&plan, &holding) {
        Ok(()) => write(way, &mut connection, plan, holding).await,
        Err(refused) => Err(refused),
    };
    // After an error the server may be in the middle of anything: a connection that does not roll back is not used again.
    if written.is_ok() || way.within(connection.client.batch_execute("ROLLBACK")).await.is_ok() {
        *kept = Some(connection);
    }
    written
}

/// Holds records for the next group. The connection is taken out, and put back if it is of use any more.
pub(crate) async fn hold_for_later(
    way: &Way,
    kept: &mut Option<Connection>,
    incidents: BTreeSet<IncidentId>,
) -> Result<(), CommitError> {
    let plan = Plan::holding(incidents);
    let (mut connection, _) = begin(way, kept, &plan).await.map_err(|fault| unwritten(fault, &way.place))?;
    connection.holds = true;
    *kept = Some(connection);
    Ok(())
}

/// Lets go of what was held, where nothing is written after all.
pub(crate) async fn let_go(way: &Way, kept: &mut Option<Connection>) {
    if let Some(mut connection) = kept.take_if(|connection| connection.holds) {
        connection.holds = false;
        if way.within(connection.client.batch_execute("ROLLBACK")).await.is_ok() {
            *kept = Some(connection);
        }
    }
}

/// Begins the transaction and takes the heads, on the connection that is at hand or on another.
async fn begin(way: &Way, kept: &mut Option<Connection>, plan: &Plan) -> Result<(Connection, Holding), Fault> {
    if let Some(mut connection) = kept.take().filter(|connection| !connection.client.is_closed()) {
        match hold(way, &mut connection, plan).await {
            Ok(holding) => return Ok((connection, holding)),
            // Lost while nobody used it, most likely; and nothing was written by asking.
            Err(Fault::Database(error)) if Fault::loses(&error) => (),
            Err(fault) => {
                if way.within(connection.client.batch_execute("ROLLBACK")).await.is_ok() {
                    *kept = Some(connection);
                }
                return Err(fault);
            }
        }
    }
    let mut connection = way.connect(Purpose::Write, None).await?;
    let holding = hold(way, &mut connection, plan).await?;
    Ok((connection, holding))
}

/// One exchange: the transaction begins, the heads of the group are held in order, then its leases,
/// and then the end of the audit.
async fn hold(way: &Way, connection: &mut Connection, plan: &Plan) -> Result<Holding, Fault> {
    let (incidents, (fresh, rehearsals), (agencies, ids)) = (plan.incidents(), plan.fresh(), plan.requests());
    let leased = plan.leased();
    let mut asked = Vec::new();
    if !fresh.is_empty() {
        asked.push((sql::BEGIN_RECORDS, params![fresh, rehearsals]));
    }
    if !incidents.is_empty() {
        asked.push((sql::HOLD_HEADS, params![incidents]));
    }
    if !ids.is_empty() {
        asked.push((sql::USED_REQUESTS, params![agencies, ids]));
    }
    if !leased.is_empty() {
        asked.push((sql::shared::HOLD_LEASES, params![leased]));
    }
    if !plan.audit.is_empty() {
        asked.push((sql::sealed::HOLD_THE_AUDIT, Vec::new()));
    }
    let sendings: Vec<Sending<'_>> =
        asked.iter().map(|(sql, params)| Sending { sql, params, gives: Gives::Rows }).collect();
    // What was held for this group before is held by the transaction it is written in.
    let beginning = if std::mem::take(&mut connection.holds) { None } else { Some("BEGIN") };
    let answers = exchange(way, connection, beginning, &sendings, None).await??;
    let mut answers = answers.into_iter();
    if beginning.is_some() {
        answers.next().transpose()?;
    }
    let mut holding =
        Holding { heads: BTreeMap::new(), audit: (0, Hash::NONE), used: Vec::new(), leases: BTreeMap::new() };
    for ((sql, _), answer) in asked.iter().zip(answers) {
        let Answer::Rows(rows) = answer? else { continue };
        for row in &rows {
            if *sql == sql::HOLD_HEADS {
                let held = Held { seq: row::seq(row, 1)?, hash: row::hash(row, 2)?, exercise: row::get(row, 3)? };
                holding.heads.insert(row::name(row, 0)?, held);
            } else if *sql == sql::USED_REQUESTS {
                holding.used.push((row::get(row, 0)?, row::get(row, 1)?));
            } else if *sql == sql::shared::HOLD_LEASES {
                holding.leases.insert(row::name(row, 0)?, Fence(row::number(row, 1)?));
            } else if *sql == sql::sealed::HOLD_THE_AUDIT {
                holding.audit = (row::number(row, 0)?, row::hash(row, 1)?);
            }
        }
    }
    Ok(holding)
}

fn checked(plan: &Plan, holding: &Holding) -> Result<(), CommitError> {
    plan.is_fenced(&holding.leases)?;
    plan.follows(&holding.heads)?;
    match holding.used.first() {
        Some((agency, id)) => Err(repeated(agency, id)),
        None => Ok(()),
    }
}

/// The other exchange: everything is written, and committed with it unless something has to be counted first.
async fn write(way: &Way, connection: &mut Connection, plan: Plan, holding: Holding) -> Result<Vec<u64>, CommitError> {
    let (agencies, ids) = plan.requests();
    let Plan { appends, audit, steps, looked: _, leases: _, takes_away: _ } = plan;
    let (mut appended, mut behind): (Option<Vec<_>>, Vec<Step>) = (None, Vec::new());
    if !appends.is_empty() {
        let Appending { params, behind: of_appends } = append::columns(appends, &holding.heads)?;
        (appended, behind) = (Some(params), of_appends);
    }
    behind.extend(steps);
    behind.extend(beside::audit(audit, holding.audit));
    let is_counted = behind.iter().any(|step| step.due.is_some());
    let mut sendings: Vec<Sending<'_>> = Vec::new();
    sendings.extend(appended.as_deref().map(|params| Sending { sql: sql::APPEND, params, gives: Gives::Rows }));
    let changes = behind.iter().map(|step| Sending { sql: step.sql, params: &step.params, gives: Gives::Count });
    sendings.extend(changes);
    let ending = if is_counted { None } else { Some("COMMIT") };
    let unwritten = |fault| unwritten(fault, &way.place);
    // What is met while the statements are prepared is met before anything is sent.
    let answers = match exchange(way, connection, None, &sendings, ending).await.map_err(unwritten)? {
        Ok(answers) => answers,
        Err(fault) if is_counted => return Err(unwritten(fault)),
        Err(fault) => return Err(CommitError::Lost(fault.told(&way.place))),
    };
    let mut dues = behind.iter().map(|step| step.due.as_ref());
    let mut revisions = Vec::new();
    for answer in answers {
        match answer {
            Ok(Answer::Rows(rows)) => {
                for row in &rows {
                    revisions.push(row::number(row, 0).map_err(unwritten)?);
                }
            }
            Ok(Answer::Changed(changed)) => {
                if let Some(due) = dues.next().flatten().filter(|due| due.rows != changed) {
                    return Err(due.refused());
                }
            }
            Err(error) => {
                let used = agencies.iter().zip(&ids).find(|(agency, id)| is_of(&error, agency, id));
                if let Some((agency, id)) = used {
                    return Err(repeated(agency, id));
                }
                return Err(refused(error, !is_counted, way));
            }
        }
    }
    if is_counted && let Err(fault) = way.within(connection.client.batch_execute("COMMIT")).await {
        let is_unknown = fault.is_lost();
        let told = fault.told(&way.place);
        return Err(if is_unknown { CommitError::Lost(told) } else { CommitError::Server(told) });
    }
    Ok(revisions)
}

/// An error of a statement. Where the commit was sent with it and the connection is gone, nobody knows what came of it.
fn refused(error: Error, was_sent: bool, way: &Way) -> CommitError {
    let fault = Fault::Database(error);
    let is_unknown = was_sent && fault.is_lost();
    let told: ServerError = fault.told(&way.place);
    if is_unknown { CommitError::Lost(told) } else { CommitError::Server(told) }
}

/// Whether it says that this request id was used, by a transaction that ended after it was asked for here.
fn is_of(error: &Error, agency: &str, id: &str) -> bool {
    let Some(said) = error.as_db_error() else { return false };
    *said.code() == SqlState::UNIQUE_VIOLATION
        && said.constraint() == Some("request_pkey")
        && said.detail().is_some_and(|detail| detail.contains(&format!("=({agency}, {id})")))
}
