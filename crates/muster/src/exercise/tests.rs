//! What the format promises: every verb is in the guide, every command has a verb, every mistake is told.

use std::collections::BTreeSet;

use expect_test::expect;
use muster_record::Command;

use super::{Asked, Decision, ItemRef, OnAction, OnProposal, Problems, Script, What, parse, verbs};

mod coverage;
mod mistakes;
mod shapes;
