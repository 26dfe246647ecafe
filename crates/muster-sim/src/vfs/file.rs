//! What SQLite does with an open file.

use std::ffi::{c_int, c_void};

use rusqlite::ffi;

use super::{Handle, Open, of, place, room, shared};
use crate::beside;
use crate::disk::{self, SECTOR, Trouble};
use crate::locks::Level;
use crate::world::LOG;

pub(super) static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shared::map),
    xShmLock: Some(shared::lock),
    xShmBarrier: Some(shared::barrier),
    xShmUnmap: Some(shared::unmap),
    xFetch: None,
    xUnfetch: None,
};

/// # Safety
/// As SQLite calls it: once for what was opened.
unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `open` made it from a box, and SQLite closes it once.
    let open = unsafe { Box::from_raw((*file.cast::<Handle>()).open) };
    let Open { name, id, is_temporary, syncs_folder: _, shares_memory } = *open;
    disk::with(|disk| {
        disk.locks.ease(&name, id, Level::None);
        if shares_memory {
            disk.locks.leave(&name, id);
        }
        disk.holds(-1);
        if is_temporary {
            disk.forget(&name);
        }
    });
    ffi::SQLITE_OK
}

/// # Safety
/// As SQLite calls it: there is room for `bytes` bytes.
unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, bytes: c_int, at: i64) -> c_int {
    // SAFETY: SQLite reads from what it opened, into what it has.
    let (open, into) = unsafe { (of(file), room(into, bytes)) };
    match disk::with(|disk| disk.read(&open.name, place(at), into)) {
        Ok(length) if length == into.len() => ffi::SQLITE_OK,
        Ok(length) => {
            if let Some(rest) = into.get_mut(length..) {
                rest.fill(0);
            }
            ffi::SQLITE_IOERR_SHORT_READ
        }
        Err(_) => ffi::SQLITE_IOERR_READ,
    }
}

/// # Safety
/// As SQLite calls it: there are `bytes` bytes.
unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, bytes: c_int, at: i64) -> c_int {
    // SAFETY: SQLite writes to what it opened, from what it has; nothing is written to `from`.
    let (open, from) = unsafe { (of(file), &*room(from.cast_mut(), bytes)) };
    match disk::with(|disk| disk.write(&open.name, place(at), from)) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Trouble::Full) => ffi::SQLITE_FULL,
        Err(Trouble::Dead | Trouble::Missing | Trouble::Failed) => ffi::SQLITE_IOERR_WRITE,
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    // SAFETY: SQLite cuts what it opened.
    let open = unsafe { of(file) };
    match disk::with(|disk| disk.cut(&open.name, place(length))) {
        Ok(()) => ffi::SQLITE_OK,
        Err(_) => ffi::SQLITE_IOERR_TRUNCATE,
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite syncs what it opened.
    let open = unsafe { of(file) };
    if open.name == LOG && !disk::with(|disk| disk.is_dead()) {
        beside::looks();
    }
    match disk::with(|disk| disk.sync(&open.name, open.syncs_folder)) {
        Ok(()) => {
            open.syncs_folder = false;
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_IOERR_FSYNC,
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, into: *mut i64) -> c_int {
    // SAFETY: SQLite asks for the size of what it opened.
    let open = unsafe { of(file) };
    let (length, is_dead) = disk::with(|disk| (disk.length(&open.name), disk.is_dead()));
    let (false, Some(length)) = (is_dead, length) else { return ffi::SQLITE_IOERR_FSTAT };
    // SAFETY: SQLite says where it wants it.
    unsafe { into.write(i64::try_from(length).unwrap_or(i64::MAX)) };
    ffi::SQLITE_OK
}

fn level(number: c_int) -> Level {
    match number {
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        ffi::SQLITE_LOCK_EXCLUSIVE => Level::Exclusive,
        _ => Level::None,
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, asked: c_int) -> c_int {
    // SAFETY: SQLite locks what it opened.
    let open = unsafe { of(file) };
    disk::with(|disk| match (disk.is_dead(), disk.locks.take(&open.name, open.id, level(asked))) {
        (true, _) => ffi::SQLITE_IOERR_LOCK,
        (false, true) => ffi::SQLITE_OK,
        (false, false) => ffi::SQLITE_BUSY,
    })
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, asked: c_int) -> c_int {
    // SAFETY: SQLite unlocks what it opened.
    let open = unsafe { of(file) };
    disk::with(|disk| disk.locks.ease(&open.name, open.id, level(asked)));
    ffi::SQLITE_OK
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, into: *mut c_int) -> c_int {
    // SAFETY: SQLite asks of what it opened.
    let open = unsafe { of(file) };
    let is_reserved = disk::with(|disk| disk.locks.is_reserved(&open.name));
    // SAFETY: SQLite says where it wants it.
    unsafe { into.write(c_int::from(is_reserved)) };
    ffi::SQLITE_OK
}

/// # Safety
/// None is needed: nothing of it is known here.
unsafe extern "C" fn control(_file: *mut ffi::sqlite3_file, _asked: c_int, _with: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

/// # Safety
/// None is needed.
unsafe extern "C" fn sector(_file: *mut ffi::sqlite3_file) -> c_int {
    c_int::try_from(SECTOR).unwrap_or(c_int::MAX)
}

/// Promises as little as a plain disk does. Were more promised, SQLite would leave syncs out.
///
/// # Safety
/// None is needed.
unsafe extern "C" fn characteristics(_file: *mut ffi::sqlite3_file) -> c_int {
    if disk::with(|disk| disk.is_powersafe()) { ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE } else { 0 }
}
