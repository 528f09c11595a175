//! The memory model of a check.

use super::Checker;
use crate::exploration::MemoryModel;

impl Checker {
    /// Sets how atomics behave on our own runtime: as the language has it by default, where a load may read an older store
    /// than the newest, or sequentially consistent. Engines that run on other runtimes have a model of their own.
    ///
    /// # Panics
    ///
    /// If it is the memory model of another runtime.
    pub fn memory(mut self, model: MemoryModel) -> Self {
        let is_ours = matches!(model, MemoryModel::Language | MemoryModel::SequentiallyConsistent);
        assert!(is_ours, "{model:?} is the memory model of one engine");
        self.memory = model;
        self
    }
}
