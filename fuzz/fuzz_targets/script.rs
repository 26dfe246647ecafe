#![no_main]
libfuzzer_sys::fuzz_target!(init: muster_fuzz::begin("script"), |data: &[u8]| {
    let _: muster_fuzz::Read = (muster_fuzz::target("script").expect("a target of the list").body)(data);
});
