//! Bytes that are added at the end and used up at the beginning.

/// How much memory is kept when all is used up, in bytes.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// What has so many bytes is given away rather than copied, if it is all there is.
const LONG_BYTES: usize = 64 << 10;

/// Bytes in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// How many of them are used up.
    used: usize,
}

impl Buffer {
    /// Adds bytes at the end.
    pub fn add(&mut self, bytes: &[u8]) {
        if 2 * self.used > self.bytes.len() {
            // Not every time: what is left has to be moved.
            self.bytes.drain(..self.used);
            self.used = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds bytes at the end, which need not be copied if there are none before them.
    pub fn append(&mut self, bytes: Vec<u8>) {
        if self.rest().is_empty() {
            (self.bytes, self.used) = (bytes, 0);
        } else {
            self.add(&bytes);
        }
    }

    /// Returns the first bytes, so many, and uses them up; none if there are fewer.
    pub fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        let rest = self.rest();
        if rest.len() == count && self.used == 0 && count >= LONG_BYTES {
            return Some(std::mem::take(&mut self.bytes));
        }
        if rest.len() < count {
            // What comes is then added behind the beginning, and need not be moved.
            self.bytes.drain(..self.used);
            self.used = 0;
            return None;
        }
        let taken = rest[..count].to_vec();
        self.use_up(count);
        Some(taken)
    }

    /// Returns those that are not used up.
    pub fn rest(&self) -> &[u8] {
        &self.bytes[self.used..]
    }

    /// Uses up so many, or all if there are fewer.
    pub fn use_up(&mut self, count: usize) {
        self.used = (self.used + count).min(self.bytes.len());
        if self.used == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT_BYTES_MAX);
            self.used = 0;
        }
    }
}
