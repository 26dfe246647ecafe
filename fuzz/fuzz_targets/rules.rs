#![no_main]
libfuzzer_sys::fuzz_target!(init: muster_fuzz::begin("rules"), |data: &[u8]| {
    let _: muster_fuzz::Read = (muster_fuzz::target("rules").expect("a target of the list").body)(data);
});
