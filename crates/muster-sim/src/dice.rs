//! Chance that comes from one number: the same number, the same history.

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one concern, so that what is rolled there moves nothing elsewhere.
    pub fn apart(&mut self) -> Self {
        Self(self.any())
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`; 0 where there are none.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.any().checked_rem(sides).unwrap_or(0)
    }

    /// A place below `sides`.
    pub fn place(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(sides).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// Yes, so often in a hundred.
    pub fn percent(&mut self, often: u64) -> bool {
        self.roll(100) < often
    }
}
