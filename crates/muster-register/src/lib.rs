//! What is known of providers, services, authorities and agencies: read, checked, compared, asked.
//!
//! It knows no network, no store and no clock: files come in as bytes, the day is an argument, and
//! what an import would change is worked out before anybody keeps it. It decides nothing about a
//! provider either: it says what the files say, how old they are, and what they leave unsaid.
//!
//! [`read`] makes rows of files as they are published. [`Register::plan`] compares rows with what
//! is known and says what would change, or everything that is wrong. The questions stand in
//! [`mod@ask`]: who is at risk, who could take a provider's place, what hangs on one brand.

pub mod agency;
pub mod ask;
pub mod authority;
mod built_in;
pub mod ids;
pub mod plan;
pub mod read;
mod register;
pub mod row;
#[cfg(test)]
mod tests;

pub use plan::{Header, Planned, Report, RowError};
pub use register::{Import, Known, Register};
pub use row::{Kind, Row};
