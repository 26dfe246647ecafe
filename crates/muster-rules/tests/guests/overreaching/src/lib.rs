//! A rule set that asks for a clock.
wit_bindgen::generate!({
    inline: "
        package test:overreaching@0.1.0;
        interface clock { now: func() -> s64; }
        world greedy { import clock; import muster:policy/log@0.1.0; export run: func() -> s64; }
    ",
    path: "../../../../../wit",
    world: "test:overreaching/greedy",
    generate_all,
});

struct Overreaching;

impl Guest for Overreaching {
    fn run() -> i64 {
        muster::policy::log::write(muster::policy::log::Level::Info, "what time is it?");
        test::overreaching::clock::now()
    }
}

export!(Overreaching);
