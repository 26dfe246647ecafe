//! What is true of every record, whichever family it is about.
