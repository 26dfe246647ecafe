//! Who sees what: the table, each reason, and worlds that differ only in what is hidden.

mod page;
mod reasons;
mod twins;
