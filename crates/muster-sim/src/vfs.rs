//! The disk as SQLite asks for it: registered as the default, so that whoever opens a file in this process opens it
//! here, the shipped store included, which knows nothing of it.
//!
//! Each thread has a disk of its own. A connection has to stay on the thread that opened it.
#![expect(unsafe_code, reason = "SQLite asks for its files through function pointers; nothing else here needs any")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::Once;

use rusqlite::ffi;

use crate::disk::{self, Trouble};
use crate::locks::HandleId;

mod file;
mod shared;

/// One open file, as SQLite holds it: the methods first, as it asks.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    open: *mut Open,
}

/// What we know of an open file.
struct Open {
    name: String,
    id: HandleId,
    /// SQLite's own, gone when it is closed.
    is_temporary: bool,
    /// Its first sync makes it stay in the folder too: as SQLite on Unix does for logs and journals that it made.
    syncs_folder: bool,
    shares_memory: bool,
}

static REGISTERED: Once = Once::new();

/// Makes the simulated disk the one that SQLite uses in this process, for good.
pub fn register() {
    REGISTERED.call_once(|| {
        let vfs = ffi::sqlite3_vfs {
            iVersion: 1,
            szOsFile: c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX),
            mxPathname: 512,
            pNext: ptr::null_mut(),
            zName: c"simulated".as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_path),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(now),
            xGetLastError: None,
            xCurrentTimeInt64: None,
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        };
        // SAFETY: SQLite keeps the pointer for as long as the process lasts, and so does what it points to, as it is
        // leaked; every function in it has the signature that SQLite asks for.
        let registered = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1) };
        assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes the simulated disk");
    });
}

/// Fixes SQLite's own randomness, of which it has one for the process: salts of the log, for one.
pub fn seed(seed: u64) {
    register();
    let number = c_int::try_from(seed % 0x7fff_fffe).unwrap_or(0).saturating_add(1);
    // SAFETY: this operation takes an int and a connection, which may be null.
    unsafe {
        ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_PRNG_SEED, number, ptr::null_mut::<ffi::sqlite3>());
    }
}

/// The last part of a path: the disk has one folder.
///
/// # Safety
/// The path is null, or ends with a zero byte.
unsafe fn named(path: *const c_char) -> Option<String> {
    if path.is_null() {
        return None;
    }
    // SAFETY: it is not null, and the caller says that it ends.
    let path = unsafe { CStr::from_ptr(path) }.to_string_lossy();
    Some(path.rsplit('/').next().unwrap_or_default().to_owned())
}

/// # Safety
/// As SQLite calls it: `file` has room for a [`Handle`], and the pointers are null or valid.
unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    path: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    told: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a path that ends, or none.
    let name = unsafe { named(path) };
    let is_temporary = name.is_none() || flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
    let opened = disk::with(|disk| {
        let id = disk.next_handle();
        let name = name.unwrap_or_else(|| format!("temporary-{id}"));
        let may_make = flags & ffi::SQLITE_OPEN_CREATE != 0;
        disk.open(&name, may_make)?;
        disk.holds(1);
        let of_log = flags & (ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL) != 0;
        Ok::<Open, Trouble>(Open { name, id, is_temporary, syncs_folder: may_make && of_log, shares_memory: false })
    });
    let handle = file.cast::<Handle>();
    match opened {
        Ok(open) => {
            let base = ffi::sqlite3_file { pMethods: &raw const file::METHODS };
            // SAFETY: SQLite gives room for as many bytes as `szOsFile` says, aligned for anything.
            unsafe { handle.write(Handle { base, open: Box::into_raw(Box::new(open)) }) };
            if !told.is_null() {
                // SAFETY: not null, so it is where SQLite wants the flags.
                unsafe { told.write(flags) };
            }
            ffi::SQLITE_OK
        }
        Err(_) => {
            // SAFETY: as above. Without methods SQLite does not close what was not opened.
            unsafe { (*file).pMethods = ptr::null() };
            ffi::SQLITE_CANTOPEN
        }
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn delete(_vfs: *mut ffi::sqlite3_vfs, path: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite gives a path that ends.
    let Some(name) = (unsafe { named(path) }) else { return ffi::SQLITE_IOERR_DELETE };
    match disk::with(|disk| disk.remove(&name, sync != 0)) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Trouble::Missing) => ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(Trouble::Dead | Trouble::Full | Trouble::Failed) => ffi::SQLITE_IOERR_DELETE,
    }
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn access(_vfs: *mut ffi::sqlite3_vfs, path: *const c_char, flags: c_int, told: *mut c_int) -> c_int {
    // SAFETY: SQLite gives a path that ends.
    let name = unsafe { named(path) }.unwrap_or_default();
    let (length, is_dead) = disk::with(|disk| (disk.length(&name), disk.is_dead()));
    if is_dead {
        return ffi::SQLITE_IOERR_ACCESS;
    }
    // Whether a file is there SQLite on Unix takes from its having bytes.
    let is_there = if flags == ffi::SQLITE_ACCESS_EXISTS { length.is_some_and(|length| length > 0) } else { true };
    // SAFETY: SQLite says where it wants the answer.
    unsafe { told.write(c_int::from(is_there)) };
    ffi::SQLITE_OK
}

/// # Safety
/// As SQLite calls it: there is room for `room` bytes.
unsafe extern "C" fn full_path(
    _vfs: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    into: *mut c_char,
) -> c_int {
    // SAFETY: SQLite gives a path that ends.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes_with_nul();
    if usize::try_from(room).unwrap_or(0) < path.len() {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: the path has just been found to fit; the two do not overlap.
    unsafe { ptr::copy_nonoverlapping(path.as_ptr().cast(), into, path.len()) };
    ffi::SQLITE_OK
}

/// # Safety
/// As SQLite calls it: there is room for `bytes` bytes.
unsafe extern "C" fn randomness(_vfs: *mut ffi::sqlite3_vfs, bytes: c_int, into: *mut c_char) -> c_int {
    // SAFETY: there is room for so many. Chance comes from the seed alone.
    unsafe { ptr::write_bytes(into, 7, usize::try_from(bytes).unwrap_or(0)) };
    bytes
}

/// Time stands still: nobody waits for anybody on one thread.
///
/// # Safety
/// None is needed.
unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

/// # Safety
/// As SQLite calls it.
unsafe extern "C" fn now(_vfs: *mut ffi::sqlite3_vfs, into: *mut f64) -> c_int {
    // SAFETY: SQLite says where it wants the day, as Julius Caesar's calendar counts it.
    unsafe { into.write(2_460_000.5) };
    ffi::SQLITE_OK
}

/// What a handle is of.
///
/// # Safety
/// `file` was opened by [`open`] and not yet closed. Nobody else holds what is given back: a connection stays on one
/// thread, and no method calls another.
unsafe fn of<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Open {
    // SAFETY: as the caller says.
    unsafe { &mut *(*file.cast::<Handle>()).open }
}

/// A place in a file, or a length, as we count.
fn place(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Room for SQLite to write to.
///
/// # Safety
/// There are `bytes` bytes.
unsafe fn room<'a>(into: *mut c_void, bytes: c_int) -> &'a mut [u8] {
    // SAFETY: as the caller says.
    unsafe { std::slice::from_raw_parts_mut(into.cast(), usize::try_from(bytes).unwrap_or(0)) }
}
