//! The log that somebody left, written once more as it is read.
//!
//! After a sync that failed, the system reads from the log what is not on the disk, and takes it for written: no later
//! sync puts it there. Were it moved into the file like that, and the power went, pages would be half written with
//! nothing to mend them from. Written again, it is as any other data that waits for its sync.
#![expect(
    unsafe_code,
    reason = "SQLite hands out the file that it has open as a pointer, and so it is asked of its disk"
)]

use std::ffi::{c_int, c_void};
use std::ptr;

use rusqlite::{Connection, Error, ffi};

/// Bytes that are read and written at a time.
const PART: usize = 64 * 1024;

/// Writes the log of a connection again, byte for byte, and syncs it. One that is empty is left alone.
///
/// Whoever reads meanwhile reads the same; nobody else may write.
pub(crate) fn write_again(conn: &Connection) -> rusqlite::Result<()> {
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the handle is that of an open connection, which outlives the call, and this operation stores a pointer to
    // the log in what it is given.
    let asked = unsafe {
        let out = (&raw mut file).cast::<c_void>();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_JOURNAL_POINTER, out)
    };
    done(asked)?;
    // SAFETY: SQLite keeps the log open for as long as the connection is, and a file that is not open has no methods.
    let Some(methods) = (unsafe { file.as_ref().and_then(|file| file.pMethods.as_ref()) }) else { return Ok(()) };
    let (Some(size), Some(read), Some(write), Some(sync)) =
        (methods.xFileSize, methods.xRead, methods.xWrite, methods.xSync)
    else {
        return done(ffi::SQLITE_MISUSE);
    };
    let mut bytes = 0;
    // SAFETY: the file is open, and these are its own methods; `part` holds as many bytes as each of them is told.
    unsafe {
        done(size(file, &raw mut bytes))?;
        let mut part = vec![0_u8; PART];
        let mut at = 0;
        while at < bytes {
            let length = usize::try_from(bytes - at).unwrap_or(PART).min(PART);
            let amount = c_int::try_from(length).unwrap_or(c_int::MAX);
            done(read(file, part.as_mut_ptr().cast(), amount, at))?;
            done(write(file, part.as_ptr().cast(), amount, at))?;
            at += i64::from(amount);
        }
        if bytes == 0 { Ok(()) } else { done(sync(file, ffi::SQLITE_SYNC_FULL)) }
    }
}

fn done(code: c_int) -> rusqlite::Result<()> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(Error::SqliteFailure(ffi::Error::new(code), None)) }
}
