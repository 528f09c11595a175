//! Bytes that are added at the end and used up at the beginning.

/// How much memory is kept when all is used up, in bytes.
const KEPT_BYTES_MAX: usize = 1 << 20;

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
