//! What must not be printed, and is wiped from memory when it is no longer used.

use zeroize::Zeroize;

/// A value that cannot be printed, logged or serialised by accident: it has no `Debug`, `Display` or `Serialize`, and
/// cannot be cloned. It is overwritten when dropped.
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes charge of a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
