//! The memory model of a check.

use super::Checker;
use crate::engine::MemoryModel;

impl Checker {
    /// Sets how atomics behave on our own runtime: sequentially consistent by default, or as the language has it, where a
    /// load may read an older store than the newest. Engines that run on other runtimes have a model of their own.
    ///
    /// Under the language's model the explorer tells apart more executions than there are graphs.
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
