//! `selvedge engines`: what each engine can and cannot do.

use selvedge::engine::{self, Capabilities, Coverage, MemoryModel};

use crate::CallError;
use crate::output::print;

/// Runs the command.
pub(crate) fn run() -> Result<bool, CallError> {
    for engine in engine::all() {
        let Capabilities {
            memory_model,
            coverage,
            replays,
            times_out,
            chooses,
            sees_data_races,
            orders_seqcst,
            limits,
        } = engine.capabilities();
        let coverage = match coverage {
            Coverage::Exhaustive => "looks at every execution",
            Coverage::Partial => "looks at a part that its own search chooses",
            Coverage::Sampling => "looks at a random part",
        };
        let memory_model = match memory_model {
            MemoryModel::Language => "the language's model",
            MemoryModel::SequentiallyConsistent => "sequential consistency",
            MemoryModel::Loom => "loom's model of C11",
            MemoryModel::Hardware => "whatever this machine does",
        };
        let can = |can, what: &str| format!("  {} {what}\n", if can { "+" } else { "-" });
        let mut text = format!("{}: {coverage}, under {memory_model}\n", engine.name());
        text += &can(replays, "replays its failures");
        text += &can(times_out, "lets timed waits time out");
        text += &can(chooses, "makes every choice of `choose`");
        text += &can(sees_data_races, "sees data races on cells");
        text += &can(orders_seqcst, "lets all threads agree on the order of SeqCst operations");
        for limit in limits {
            text += &format!("  * {limit}\n");
        }
        print(&text);
    }
    Ok(true)
}
