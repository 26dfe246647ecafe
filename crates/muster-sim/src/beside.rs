//! Somebody beside: another thread of the process, which may look at any moment, and looks here before each sync of the log.
//!
//! By then a group is written and not yet on the disk. In a simulation of one thread nobody would look just then.

use std::cell::RefCell;

type Look = Box<dyn FnMut()>;

thread_local! {
    static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
}

/// From now on this is done before each sync of the log, by this thread, and what was to be done before is not.
pub fn before_each_sync(look: impl FnMut() + 'static) {
    LOOK.set(Some(Box::new(look)));
}

/// The log is to be synced.
pub(crate) fn looks() {
    // Taken out meanwhile: what it does may want the disk.
    if let Some(mut look) = LOOK.take() {
        look();
        LOOK.set(Some(look));
    }
}
