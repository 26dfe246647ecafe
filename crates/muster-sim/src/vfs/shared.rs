//! The memory that connections to one file share, by which they keep the log's index.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{Ordering, fence};

use rusqlite::ffi;

use super::{of, place};
use crate::disk;
use crate::locks::Ask;

/// # Safety
/// As SQLite calls it.
pub(super) unsafe extern "C" fn map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    bytes: c_int,
    make: c_int,
    into: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite asks of what it opened.
    let open = unsafe { of(file) };
    let (region, bytes) = (place(region.into()), place(bytes.into()));
    let found = disk::with(|disk| {
        let found = disk.locks.region(&open.name, open.id, region, bytes, make != 0);
        (!disk.is_dead()).then_some(found)
    });
    open.shares_memory = true;
    let Some(found) = found else { return ffi::SQLITE_IOERR_SHMMAP };
    // SAFETY: SQLite says where it wants it. What it gets stays where it is until the last connection has left, which
    // each does before it is closed.
    unsafe { into.write(found.map_or(ptr::null_mut(), <*mut u64>::cast)) };
    ffi::SQLITE_OK
}

/// # Safety
/// As SQLite calls it.
pub(super) unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, from: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: SQLite locks what it opened.
    let open = unsafe { of(file) };
    let ask = match (flags & ffi::SQLITE_SHM_UNLOCK != 0, flags & ffi::SQLITE_SHM_SHARED != 0) {
        (true, _) => Ask::LetGo,
        (false, true) => Ask::Together,
        (false, false) => Ask::Alone,
    };
    disk::with(|disk| {
        if disk.is_dead() && ask != Ask::LetGo {
            return ffi::SQLITE_IOERR_SHMLOCK;
        }
        match disk.locks.slots(&open.name, open.id, place(from.into()), place(count.into()), ask) {
            true => ffi::SQLITE_OK,
            false => ffi::SQLITE_BUSY,
        }
    })
}

/// # Safety
/// None is needed.
pub(super) unsafe extern "C" fn barrier(_file: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

/// # Safety
/// As SQLite calls it.
pub(super) unsafe extern "C" fn unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: SQLite leaves what it opened.
    let open = unsafe { of(file) };
    disk::with(|disk| disk.locks.leave(&open.name, open.id));
    open.shares_memory = false;
    ffi::SQLITE_OK
}
