//! What of an incident goes out as a file, besides briefings.

use crate::words::words;

words! {
    /// A file that is made of an incident as its reader sees it.
    ExportedFile {
        /// People by number, with their status: CSV.
        People = "people",
        /// What was offered, and how much of it is free: CSV.
        Offers = "offers",
        /// Actions, with owner, time and state: CSV.
        Actions = "actions",
        /// Clocks and meetings: iCalendar.
        Calendar = "calendar",
        /// The situation report: JSON.
        Situation = "situation",
    }
}
