//! The command line: what can be asked for, and the exit code it ends with.
//!
//! 0: done. 1: it could not be done; the reason is on standard error. 2: the command line is wrong.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use muster_exercise::ExerciseId;

use crate::client::{Bearer, Client};
use crate::commands;
use crate::dev_certs::Folder;

/// Many agencies, one record, each partner's own rules.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about, long_about = None, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play an emergency closure on a real server, as its watchers see it
    Demo(commands::demo::Demo),
    /// Run the server
    Serve(commands::serve::Serve),
    /// Follow an incident live, resuming after every break
    Watch(commands::watch::Watch),
    /// Show incidents, or one incident's situation report, timeline, proposals or an explanation
    Show(commands::show::Show),
    /// Write to an incident, or open one
    Append(commands::append::Append),
    /// List or check rule sets, and change your agency's settings of them
    Rules(commands::rules::Rules),
    /// Show a large failure as one picture, in counts only, live; open a regional incident and gather its members
    Region(commands::region::Region),
    /// Import published files of providers and services, and ask who is at risk and who could step in
    Register(commands::register::Register),
    /// Be told who one person is, write it down, erase it, or see who looked
    Person(commands::person::Person),
    /// Erase who the people are that are kept beyond their time
    People(commands::person::People),
    /// Export the audit of who asked who the people are
    Audit(commands::audit::Audit),
    /// Have what your agency may see sent to a system of its own, signed, and see how that stands
    Webhook(commands::webhook::Webhook),
    /// Have a communication that was issued sent by e-mail or post
    Dispatch(commands::dispatch::Dispatch),
    /// The keys that wrap people's keys, and the key that the server signs with
    Keys(commands::keys::Keys),
    /// Write an incident to a file that proves itself, as your agency sees it
    Export(commands::export::Export),
    /// Check a store or an exported file, and hold it against checkpoints that a partner kept
    Verify(commands::verify::Verify),
    /// Work every evaluation on record out again, from the store alone, and hold it against the record
    Replay(commands::replay::Replay),
    /// Copy a store, also one that a server is serving, and verify the copy
    Backup(commands::backup::Backup),
    /// Move a store from its file to a database server that several servers may share
    Migrate(commands::migrate::Migrate),
    /// Try a backup, or put it in place of a store that was lost
    Restore(commands::restore::Restore),
    /// Say what is wrong with a deployment, and what would do
    Doctor(commands::doctor::Doctor),
    /// Check a configuration and the files that it names
    Config(commands::doctor::ConfigCommand),
    /// Play an exercise from a text file on a moved clock
    Exercise(commands::exercise::Exercise),
    /// Make a development certificate authority, and a certificate for each agency
    DevCerts(commands::dev_certs::DevCerts),
    /// Print an access token for a made-up person, as the development provider of identities gives it
    DevIdp(commands::dev_idp::DevIdp),
    /// Measure appends and watching on this machine
    Bench(commands::bench::Bench),
    /// Compile the component on standard input within limits, for a server that asks whether it does
    #[command(hide = true, name = COMPILE_ON_TRIAL)]
    CompileOnTrial {
        /// The address space it may use, in bytes
        memory_bytes: u64,
        /// The processor time it may use, in seconds
        processor_seconds: u64,
    },
}

/// What the server calls itself with to have a component compiled apart.
pub(crate) const COMPILE_ON_TRIAL: &str = "compile-on-trial";

/// Which server to call, and as whom.
#[derive(Debug, Clone, Args)]
pub struct Calling {
    /// The server's API address
    #[arg(long, global = true, env = "MUSTER_SERVER", default_value = "127.0.0.1:7443")]
    pub server: SocketAddr,
    /// The folder with ca.pem and the agency's certificate and key
    #[arg(long, global = true, env = "MUSTER_CERTS", default_value = "muster-dev")]
    pub certs: PathBuf,
    /// The agency to call as: the name of its certificate in that folder
    #[arg(long = "as", global = true, env = "MUSTER_AGENCY", default_value = "e08000026", value_name = "AGENCY")]
    pub agency: String,
    /// A file with the access token of whoever is signed in, read for each call; the token itself in `MUSTER_TOKEN`
    #[arg(long, global = true, value_name = "FILE")]
    pub token: Option<PathBuf>,
    /// The exercise to take part in; without it all is live
    #[arg(long = "exercise", global = true, env = "MUSTER_EXERCISE", value_name = "ID")]
    pub exercise: Option<ExerciseId>,
}

impl Calling {
    /// Connects, as the agency's system and for whoever is signed in.
    ///
    /// # Errors
    /// When a file is missing, there is no server, or it does not let the certificate in.
    pub async fn client(&self) -> anyhow::Result<Client> {
        let bearer = match (&self.token, std::env::var("MUSTER_TOKEN")) {
            (Some(file), _) => Bearer::file(file)?,
            (None, Ok(token)) => Bearer::token(&token)?,
            (None, Err(_)) => Bearer::Nobody,
        };
        let client = Client::from_folder_for(bearer, self.server, &Folder(self.certs.clone()), &self.agency).await?;
        match &self.exercise {
            Some(exercise) => client.inside(exercise.as_str()),
            None => Ok(client),
        }
    }
}

/// Runs what was asked for.
pub fn run(cli: &Cli) -> ExitCode {
    // Before there is a runtime: its threads would count towards the limits.
    if let Command::CompileOnTrial { memory_bytes, processor_seconds } = cli.command {
        return ExitCode::from(muster_rules::compile_on_trial(memory_bytes, processor_seconds, std::io::stdin()));
    }
    match commands::run(|| dispatch(&cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::Watch(watch) => watch.run().await,
        Command::Show(show) => show.run().await,
        Command::Append(append) => append.run().await,
        Command::Rules(rules) => rules.run().await,
        Command::Region(region) => region.run().await,
        Command::Register(register) => Box::pin(register.run()).await,
        Command::Export(export) => export.run().await,
        Command::Person(person) => person.run().await,
        Command::People(people) => people.run().await,
        Command::Audit(audit) => audit.run().await,
        Command::Webhook(webhook) => webhook.run().await,
        Command::Dispatch(dispatch) => dispatch.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Config(config) => config.run().await,
        Command::Verify(verify) => verify.run(),
        Command::Replay(replay) => replay.run(),
        Command::Backup(backup) => backup.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::Restore(restore) => Box::pin(restore.run()).await,
        Command::Exercise(exercise) => exercise.run().await,
        Command::Keys(keys) => keys.run(),
        Command::DevCerts(certs) => certs.run(),
        Command::DevIdp(idp) => idp.run(),
        Command::Bench(bench) => bench.run().await,
        Command::CompileOnTrial { .. } => Ok(()),
    }
}
