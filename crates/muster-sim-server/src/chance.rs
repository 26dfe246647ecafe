//! Chance of the operating system, which in a simulation comes from the seed.
//!
//! Maps, the runtime's `select!`, TLS and the clients' waits all ask the operating system for it, each by its own way that
//! ends in one function of the C library. This one stands in its place.
#![expect(unsafe_code, reason = "a function of the C library is replaced, which nothing but the linker can do")]

use std::cell::Cell;
use std::ffi::{c_uint, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    /// Without a destructor, so that it can be asked while a thread ends.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// For threads that are not simulated: the clock of the sandbox is one.
static OTHERS: AtomicU64 = AtomicU64::new(1);

/// From now on what this thread asks for follows from a number.
pub fn seed(seed: u64) {
    STATE.set(seed.wrapping_mul(2).wrapping_add(1));
}

fn next() -> u64 {
    let state = match STATE.get() {
        0 => OTHERS.fetch_add(2, Ordering::Relaxed).wrapping_shl(1),
        state => state,
    };
    let mut dice = muster_sim::dice::Dice::new(state);
    let number = dice.any();
    if STATE.get() != 0 {
        // Never 0, which is for who has no seed.
        STATE.set(state.wrapping_add(0x9e37_79b9_7f4a_7c16) | 1);
    }
    number
}

/// Fills a buffer, in place of the C library's function of that name.
///
/// # Safety
/// As the C library has it: there is room for `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(into: *mut c_void, length: usize, _flags: c_uint) -> isize {
    // SAFETY: the caller says that there is room for so many bytes; of none, the pointer is not looked at.
    let room = if length == 0 { &mut [] } else { unsafe { std::slice::from_raw_parts_mut(into.cast::<u8>(), length) } };
    for part in room.chunks_mut(8) {
        for (byte, random) in part.iter_mut().zip(next().to_le_bytes()) {
            *byte = random;
        }
    }
    isize::try_from(length).unwrap_or(isize::MAX)
}
