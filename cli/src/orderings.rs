//! `selvedge orderings`: which orderings a scenario needs.

use comfy_table::{Table, presets};
use selvedge::engine::Explorer;
use selvedge::orderings::{Access, Needed, Orders};

use crate::CallError;
use crate::arguments::Orderings;
use crate::output::print;
use crate::{row, select};

/// Runs the command; returns whether the scenario passes with the orderings that it declares.
pub(crate) fn run(call: &Orderings) -> Result<bool, CallError> {
    let scenario = select::scenario(&call.name)?;
    let parameters = scenario.with(&call.settings.set)?;
    let checker = row::checker(scenario, &parameters, &call.settings, Box::new(Explorer));
    let found = match checker.orderings(scenario.program(&parameters)) {
        Ok(found) => found,
        Err(error) => {
            print(&format!("{}: {error}\n", scenario.name));
            return Ok(false);
        }
    };
    let verdict = if found.passes { "passes" } else { "fails with the orderings that it declares" };
    print(&format!("{} {verdict}; {} combinations of orderings checked\n", scenario.name, found.checks));
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["source", "operation", "declared", "needed", ""]);
    for &Needed { site, declared, needed } in &found.sites {
        let remark = match (needed == declared, needed.are_at_most(declared)) {
            (true, _) => "",
            (_, true) => "can be weaker",
            _ => "has to be stronger",
        };
        let location = site.location;
        let source = format!("{}:{}:{}", location.file(), location.line(), location.column());
        let words = |orders: Orders| match site.access {
            Access::Fence if orders.order == std::sync::atomic::Ordering::Relaxed => "no fence".to_owned(),
            _ => orders.to_string(),
        };
        table.add_row([source, site.access.to_string(), words(declared), words(needed), remark.to_owned()]);
    }
    print(&format!("{table}\n"));
    Ok(found.passes)
}
