#![no_main]
libfuzzer_sys::fuzz_target!(init: muster_fuzz::begin("token"), |data: &[u8]| {
    let _: muster_fuzz::Read = (muster_fuzz::target("token").expect("a target of the list").body)(data);
});
