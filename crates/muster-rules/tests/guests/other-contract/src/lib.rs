//! A component with the names of the contract and other types behind them.
wit_bindgen::generate!({
    inline: "
        package muster:policy@0.1.0;
        interface rules {
            describe: func() -> string;
            check-settings: func(settings: string) -> bool;
            advise: func(situation: string, settings: string) -> string;
        }
        world rule-set { export rules; }
    ",
});

struct OtherContract;

impl exports::muster::policy::rules::Guest for OtherContract {
    fn describe() -> String {
        String::new()
    }

    fn check_settings(_settings: String) -> bool {
        true
    }

    fn advise(situation: String, _settings: String) -> String {
        situation
    }
}

export!(OtherContract);
