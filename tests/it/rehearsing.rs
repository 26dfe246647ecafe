//! Exercises on a server: played beside people, paused, forked, scored, and never mixed with what is live.
//!
//! Time is the home's clock, which only the tests move; nothing here waits for it to pass.

use muster::client::reason;
use muster_proto::v1;
use muster_proto::v1::start_exercise_request::From;
use muster_record::Command;
use muster_record::incident::lifecycle::{self, Link, Relation};
use muster_record::situation::IncidentKind;
use tonic::{Code, Status};

use crate::home::{COUNCIL, CQC, Home, House, ICB, REGION, fresh_request, shipped, soon};
use crate::participant::{Participant, note, opening, options, request};

mod beside;
mod directing;
mod mixing;
mod playing;

/// A short script whose steps lie minutes and hours apart.
pub(crate) const SHORT: &str = r#"
exercise "Rosebank House, in short"
agency council = e08000026 council "Coventry City Council"
agency icb = qwu health-commissioner "Coventry and Warwickshire ICB"
agency cqc = cqc regulator "Care Quality Commission"
start 2024-03-04

at 09:00  council  opens "Rosebank House" as provider-failure through business-failure,
                       of local regulated residential service rosebank-house with 48 beds,
                       notified 08:40, care stops day 4 09:00
          council  takes office incident-lead
          council  invites icb as operational, cqc as oversight
at 09:10  icb      joins
at 09:20  cqc      joins
at 09:30  council  raises action "Count the medicines" for icb due +2h
at 10:00  icb      accepts A1
at 11:00  icb      completes A1: "all counted"
at 12:00  council  registers 3 people: council-part, walks, needs none
expect people 3
at 13:00  cqc      notes "the inspector has left"
"#;

impl Participant {
    /// Starts an exercise that it directs.
    pub(crate) async fn starts(&self, from: From, players: &[&str], pace: u32) -> Result<v1::Exercise, Status> {
        let players = players.iter().map(|player| (*player).to_owned()).collect();
        let request = v1::StartExerciseRequest { request_id: fresh_request(), from: Some(from), players, pace };
        let answer = self.client.exercises.clone().start_exercise(request).await?;
        Ok(answer.into_inner().exercise.unwrap())
    }

    /// How an exercise stands.
    pub(crate) async fn shown(&self, id: &str) -> Result<v1::GetExerciseResponse, Status> {
        let request = v1::GetExerciseRequest { exercise_id: id.to_owned() };
        Ok(self.client.exercises.clone().get_exercise(request).await?.into_inner())
    }

    pub(crate) async fn pauses(&self, id: &str) -> Result<v1::Exercise, Status> {
        let request = v1::PauseExerciseRequest { exercise_id: id.to_owned() };
        Ok(self.client.exercises.clone().pause_exercise(request).await?.into_inner().exercise.unwrap())
    }

    pub(crate) async fn resumes(&self, id: &str) -> Result<v1::Exercise, Status> {
        let request = v1::ResumeExerciseRequest { exercise_id: id.to_owned() };
        Ok(self.client.exercises.clone().resume_exercise(request).await?.into_inner().exercise.unwrap())
    }

    pub(crate) async fn ends_exercise(&self, id: &str) -> Result<v1::Exercise, Status> {
        let request = v1::EndExerciseRequest { exercise_id: id.to_owned() };
        Ok(self.client.exercises.clone().end_exercise(request).await?.into_inner().exercise.unwrap())
    }

    pub(crate) async fn scores(&self, id: &str) -> Result<v1::GetScoreResponse, Status> {
        let request = v1::GetScoreRequest { exercise_id: id.to_owned() };
        Ok(self.client.exercises.clone().get_score(request).await?.into_inner())
    }

    pub(crate) async fn injects(&self, id: &str, lines: &str) -> Result<v1::AddInjectResponse, Status> {
        let request = v1::AddInjectRequest { exercise_id: id.to_owned(), lines: lines.to_owned() };
        Ok(self.client.exercises.clone().add_inject(request).await?.into_inner())
    }

    pub(crate) async fn forks(&self, id: &str, at: Option<&str>) -> Result<v1::Exercise, Status> {
        let at = at.map(|at| muster_proto::time::write_time(at.parse().unwrap()));
        let request = v1::ForkExerciseRequest { exercise_id: id.to_owned(), request_id: fresh_request(), at };
        Ok(self.client.exercises.clone().fork_exercise(request).await?.into_inner().exercise.unwrap())
    }

    /// The same agency, inside an exercise.
    pub(crate) fn inside(&self, id: &str) -> Self {
        Self { client: self.client.inside(id).unwrap(), agency: self.agency.clone() }
    }
}

/// Lets so many minutes pass by the server's own clock, and moves what runs on.
pub(crate) async fn minutes_pass(house: &House<'_>, minutes: i64) {
    house.later(chrono::TimeDelta::minutes(minutes));
    soon(house.serving.exercises().tick()).await;
}

/// The reason code of what was refused.
#[track_caller]
pub(crate) fn why<T>(refused: Result<T, Status>) -> String {
    reason(&refused.err().unwrap()).unwrap()
}

/// The incident that the script opened.
pub(crate) async fn incident_of(director: &Participant, id: &str) -> String {
    director.shown(id).await.unwrap().exercise.unwrap().incidents[0].incident_id.clone()
}

/// What became of the steps so far, each in a line.
pub(crate) async fn told(director: &Participant, id: &str) -> Vec<String> {
    let shown = director.shown(id).await.unwrap();
    let told = |step: &v1::ExerciseStep| format!("{} {} {}", step.became, step.text, step.why).trim().to_owned();
    shown.played.iter().map(told).collect()
}
