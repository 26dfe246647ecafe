//! A component with the name of the contract and only one of its functions.
wit_bindgen::generate!({
    inline: "
        package muster:policy@0.1.0;
        interface rules { describe: func() -> string; }
        world rule-set { export rules; }
    ",
});

struct MissingFunction;

impl exports::muster::policy::rules::Guest for MissingFunction {
    fn describe() -> String {
        String::new()
    }
}

export!(MissingFunction);
