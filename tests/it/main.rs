//! Every test that needs more than one crate: the real server, over real connections, on real files.
#![expect(
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that fails may stop, holds many clients at once, and prints what it measured"
)]

mod access;
mod advising;
mod api_pages;
mod assurance;
mod authoring;
mod backup;
mod benches;
mod browser;
mod buf;
mod canaries;
mod certificates;
mod console;
mod console_around;
mod console_closure;
mod console_exercises;
mod console_papers;
mod console_requests;
mod contract_page;
mod crashing;
mod demonstration;
mod deploying;
mod dev_idp;
mod doctor;
mod door;
mod ending;
mod every_call;
mod evidence;
mod examples;
mod exercise_commands;
mod exercises;
mod faults;
mod glass;
mod guests;
mod health;
mod home;
mod installing;
mod limits;
mod logs;
mod notify;
mod oidc;
mod participant;
mod people;
mod people_command;
mod plugins;
mod process;
mod raw_frames;
mod receiving;
mod region;
mod register;
mod register_command;
mod rehearsing;
mod reloading;
mod replaying;
mod requirements;
mod seeing;
mod settings;
mod shape;
mod signing_in;
mod skipping;
mod tampering;
mod together;
mod tutorial;
mod twins;
mod watching;
mod webhooks;
mod writing;
