//! Which right each method demands: one table over everything that can be called.

use muster_record::Command;
use muster_record::incident::sharing;
use muster_record::rights::{Reach, Right};

/// What a method demands of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// To be known: it tells nothing of any record.
    Known,
    /// A right.
    Right(Right),
    /// One of two, the first being the usual one. Which of them will do, what is asked decides.
    Either(Right, Right),
}

impl Demand {
    /// That somebody who reaches so far may go on; what is missing otherwise.
    pub(crate) fn met(self, reach: &Reach) -> Result<(), Right> {
        match self {
            Self::Known => Ok(()),
            Self::Right(right) if reach.allows(right) => Ok(()),
            Self::Either(right, other) if reach.allows(right) || reach.allows(other) => Ok(()),
            Self::Right(right) | Self::Either(right, _) => Err(right),
        }
    }
}

/// What the method of a path demands. Nothing where the path is no method's: it cannot be called then.
pub(crate) fn demand(path: &str) -> Option<Demand> {
    use Demand::{Either, Known, Right as Needs};
    use Right::{Audit, ChangeSettings, Erase, Identify, InstallRuleSets, MaintainRegister, Read, SendOut, Write};
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let demand = match (service, method) {
        // Whoever audits writes one thing: what it found when it reviewed a broken glass.
        ("muster.v1.RecordService", "Append") => Either(Write, Audit),
        (
            "muster.v1.RecordService",
            "Read"
            | "Watch"
            | "ExplainAccess"
            | "GetCheckpoint"
            | "GetConsistencyProof"
            | "GetInclusionProof"
            | "ExportIncident",
        ) => Needs(Read),
        ("muster.v1.IncidentService", "OpenIncident") => Needs(Write),
        (
            "muster.v1.IncidentService",
            "GetIncident" | "ListIncidents" | "GetSituationReport" | "GetBriefing" | "GetFile",
        ) => Needs(Read),
        ("muster.v1.AdviceService", "ListProposals" | "ExplainProposal") => Needs(Read),
        ("muster.v1.RegionService", "OpenRegionalIncident" | "AddMember") => Needs(Write),
        ("muster.v1.RegionService", "GetRegion" | "WatchRegion") => Needs(Read),
        ("muster.v1.RuleSetService", "ListRuleSets") => Known,
        (
            "muster.v1.RuleSetService",
            "GetSettings" | "CheckSettings" | "ListInstalls" | "PreviewInstall" | "ListShadowLooks" | "CompareShadow",
        ) => Needs(Read),
        ("muster.v1.RuleSetService", "ChangeSettings") => Needs(ChangeSettings),
        (
            "muster.v1.RuleSetService",
            "ProposeInstall" | "ApproveInstall" | "WithdrawInstall" | "ProposeUse" | "UpgradeRuleSet",
        ) => Needs(InstallRuleSets),
        ("muster.v1.PersonService", "SealIdentity" | "ReadIdentity" | "ExportSubject") => Needs(Identify),
        ("muster.v1.PersonService", "EraseIdentity" | "ExpireIdentities") => Needs(Erase),
        ("muster.v1.PersonService", "WhoLooked") | ("muster.v1.AuditService", "ListAudit") => Needs(Audit),
        ("muster.v1.RegisterService", "ImportRegister") => Needs(MaintainRegister),
        (
            "muster.v1.RegisterService",
            "GetRegister" | "FindServices" | "GetExposure" | "ListAtRisk" | "FindReplacements" | "ListAuthorities"
            | "ResolveAgency",
        ) => Known,
        ("muster.v1.ExerciseService", "ListScenarios" | "ListExercises" | "GetExercise" | "GetScore") => Needs(Read),
        (
            "muster.v1.ExerciseService",
            "StartExercise" | "SetPace" | "PauseExercise" | "ResumeExercise" | "AddInject" | "ForkExercise"
            | "EndExercise",
        ) => Needs(Write),
        (
            "muster.v1.WebhookService",
            "RegisterWebhook"
            | "ListWebhooks"
            | "PauseWebhook"
            | "ResumeWebhook"
            | "DeleteWebhook"
            | "ListDeadLetters"
            | "RedeliverDeadLetters",
        ) => Needs(SendOut),
        ("muster.v1.DispatchService", "SendCommunication") => Needs(Write),
        ("muster.v1.DispatchService", "ListDispatches") => Needs(Read),
        ("muster.v1.ServerService", "GetServerInfo") => Known,
        ("grpc.health.v1.Health", "Check" | "Watch") => Known,
        ("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo") => Known,
        _ => return None,
    };
    Some(demand)
}

/// That a command is within reach: that it may be written, and what it demands besides.
pub(crate) fn may_be_given(command: &Command, reach: &Reach) -> Result<(), Right> {
    let to_write = match command {
        Command::Sharing(sharing::Command::ReviewGlass { .. }) => Demand::Either(Right::Write, Right::Audit),
        Command::Sharing(
            sharing::Command::Share { .. }
            | sharing::Command::ReviewShare { .. }
            | sharing::Command::EndShare { .. }
            | sharing::Command::BreakGlass { .. }
            | sharing::Command::CloseGlass { .. },
        )
        | Command::Lifecycle(_)
        | Command::Log(_)
        | Command::Clocks(_)
        | Command::Participants(_)
        | Command::Answers(_)
        | Command::People(_)
        | Command::Actions(_)
        | Command::Decisions(_)
        | Command::Meetings(_)
        | Command::Communications(_)
        | Command::Restrictions(_)
        | Command::Offers(_)
        | Command::Advice(_)
        | Command::Escalation(_)
        | Command::Review(_) => Demand::Right(Right::Write),
    };
    to_write.met(reach)?;
    of_command(command).map_or(Ok(()), |besides| Demand::Right(besides).met(reach))
}

/// The right that a command demands beside the one to write, if it demands one.
fn of_command(command: &Command) -> Option<Right> {
    match command {
        Command::Sharing(
            sharing::Command::Share { .. } | sharing::Command::ReviewShare { .. } | sharing::Command::EndShare { .. },
        ) => Some(Right::Share),
        Command::Sharing(sharing::Command::BreakGlass { .. }) => Some(Right::BreakGlass),
        Command::Sharing(sharing::Command::CloseGlass { .. } | sharing::Command::ReviewGlass { .. })
        | Command::Lifecycle(_)
        | Command::Log(_)
        | Command::Clocks(_)
        | Command::Participants(_)
        | Command::Answers(_)
        | Command::People(_)
        | Command::Actions(_)
        | Command::Decisions(_)
        | Command::Meetings(_)
        | Command::Communications(_)
        | Command::Restrictions(_)
        | Command::Offers(_)
        | Command::Advice(_)
        | Command::Escalation(_)
        | Command::Review(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use muster_record::ids::GlassNo;
    use muster_record::incident::log;
    use muster_record::incident::sharing::GlassFinding;
    use muster_record::rights::Role;
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

    /// The path of everything that can be called.
    fn everything() -> BTreeSet<String> {
        let sets = [
            muster_proto::FILE_DESCRIPTOR_SET,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        ];
        let files = sets.into_iter().flat_map(|set| FileDescriptorSet::decode(set).unwrap().file);
        let mut paths = BTreeSet::new();
        for file in files {
            for service in &file.service {
                let path = |method| format!("/{}.{}/{method}", file.package(), service.name());
                paths.extend(service.method.iter().map(|method| path(method.name())));
            }
        }
        paths
    }

    #[test]
    fn every_method_demands_something() {
        let without: Vec<String> = everything().into_iter().filter(|path| demand(path).is_none()).collect();
        assert!(without.is_empty(), "these methods are not in the table of rights: {without:?}");
        assert!(everything().len() > 25);
    }

    #[test]
    fn what_can_be_called_by_anybody_who_is_known_is_this_and_nothing_else() {
        let known: Vec<String> = everything().into_iter().filter(|path| demand(path) == Some(Demand::Known)).collect();
        expect_test::expect![[r#"
            [
                "/grpc.health.v1.Health/Check",
                "/grpc.health.v1.Health/Watch",
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "/muster.v1.RegisterService/FindReplacements",
                "/muster.v1.RegisterService/FindServices",
                "/muster.v1.RegisterService/GetExposure",
                "/muster.v1.RegisterService/GetRegister",
                "/muster.v1.RegisterService/ListAtRisk",
                "/muster.v1.RegisterService/ListAuthorities",
                "/muster.v1.RegisterService/ResolveAgency",
                "/muster.v1.RuleSetService/ListRuleSets",
                "/muster.v1.ServerService/GetServerInfo",
            ]
        "#]]
        .assert_debug_eq(&known);
    }

    #[test]
    fn who_audits_may_write_down_one_review_and_nothing_else() {
        let (glass, note) = (GlassNo(1), "she was found by it".to_owned());
        let review = sharing::Command::ReviewGlass { glass, finding: GlassFinding::Justified, note }.into();
        let close = sharing::Command::CloseGlass { glass }.into();
        let note = log::Command::Note { text: "?".to_owned() }.into();
        let given = |role: Role, command: &Command| may_be_given(command, &role.reach());
        assert_eq!(given(Role::Auditor, &review), Ok(()));
        assert_eq!(given(Role::AgencyLead, &review), Ok(()));
        for command in [&close, &note] {
            assert_eq!(given(Role::Auditor, command), Err(Right::Write));
        }
        assert_eq!(given(Role::RuleSetOperator, &review), Err(Right::Write));
        assert_eq!(given(Role::AgencyLead, &close), Ok(()));
    }

    #[test]
    fn what_is_no_method_demands_nothing_because_it_cannot_be_called() {
        for path in ["/muster.v1.RecordService/Delete", "/muster.v1.RecordService", "", "muster.v1.RecordService/Read"]
        {
            assert_eq!(demand(path), None, "{path}");
        }
    }
}
