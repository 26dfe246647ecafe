//! Pages over incidents that are made of real facts.
