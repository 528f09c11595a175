//! Which orderings a scenario needs: each is weakened as far as the scenario passes, all together; or strengthened as little
//! as it takes, where it fails for them.
//!
//! The idea is that of *push-button barrier optimisation* (VSync: Oberhauser and others, ASPLOS 2021). What fails with an
//! ordering also fails with a weaker one, so that it is enough to try the orderings of one source line after the other,
//! the weakest first: at the end no single one can be weaker.

pub use crate::exploration::{Access, Orders, Site};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::Checker;
use crate::engine::Explorer;
use crate::exploration::{Program, Tried};
use crate::report::{Report, Verdict};

/// What is declared at a site, and what is needed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The line, and what is done there.
    pub site: Site,
    /// What the program says.
    pub declared: Orders,
    /// What it needs, with the others as they are needed.
    pub needed: Orders,
}

/// Which orderings a scenario needs.
#[derive(Clone, Debug)]
pub struct Orderings {
    /// Whether the scenario passes with the orderings that it declares: if not, what is needed is stronger.
    pub passes: bool,
    /// Each site that the executions came to, in the order of the source.
    pub sites: Vec<Needed>,
    /// How many combinations were checked.
    pub checks: u64,
}

/// Why it cannot be said which orderings are needed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderingsError {
    /// The scenario fails, or cannot be explored within the budget, with all orderings `SeqCst`.
    #[error("the scenario does not pass with all orderings SeqCst either: {}", .0.verdict())]
    NotForOrderings(Box<Report>),
}

/// The search.
struct Search<'a> {
    checker: &'a Checker,
    program: Program,
    chosen: BTreeMap<Site, Orders>,
    declared: BTreeMap<Site, Orders>,
    checks: u64,
}

impl Search<'_> {
    /// Checks the program with the chosen orderings, and adds the sites that are new.
    fn check(&mut self) -> Report {
        self.checks += 1;
        let tried = Arc::new(Tried::of(self.chosen.clone()));
        let report = self.checker.run_with_orders(self.program.clone(), &Explorer, tried.clone());
        for (site, orders) in tried.declared() {
            self.declared.entry(site).or_insert(orders);
        }
        report
    }

    fn passes(&mut self) -> bool {
        self.check().engines.iter().all(|engine| engine.verdict == Verdict::Verified)
    }

    /// Chooses the strongest orderings everywhere, also at sites that are reached only then.
    fn strengthen_all(&mut self) -> Report {
        loop {
            let report = self.check();
            let strongest = |(&site, _): (&Site, _)| Some((site, site.access.orders().pop()?));
            let all: BTreeMap<Site, Orders> = self.declared.iter().filter_map(strongest).collect();
            if all.len() == self.chosen.len() {
                return report;
            }
            self.chosen = all;
        }
    }

    /// Chooses at each site the first of these orderings with which the program passes.
    fn choose(&mut self, candidates: impl Fn(Site, Orders) -> Vec<Orders>) {
        let sites: Vec<(Site, Orders)> = self.declared.iter().map(|(&site, &orders)| (site, orders)).collect();
        for (site, declared) in sites {
            let before = self.chosen.get(&site).copied().unwrap_or(declared);
            for orders in candidates(site, declared) {
                if orders == before {
                    break;
                }
                if !orders.are_at_most(before) {
                    continue;
                }
                self.chosen.insert(site, orders);
                if self.passes() {
                    break;
                }
                self.chosen.insert(site, before);
            }
        }
    }
}

/// Returns which orderings the program needs.
pub(crate) fn search(checker: &Checker, program: Program) -> Result<Orderings, OrderingsError> {
    let (chosen, declared) = (BTreeMap::new(), BTreeMap::new());
    let mut search = Search { checker, program, chosen, declared, checks: 0 };
    let passes = search.passes();
    if passes {
        search.choose(|site, declared| {
            let orders = site.access.orders().into_iter();
            orders.filter(|orders| orders.are_at_most(declared)).collect()
        });
    } else {
        let report = search.strengthen_all();
        if report.engines.iter().any(|engine| engine.verdict != Verdict::Verified) {
            return Err(OrderingsError::NotForOrderings(Box::new(report)));
        }
        search.choose(|site, declared| {
            let orders = site.access.orders().into_iter();
            orders.filter(|orders| declared.are_at_most(*orders)).collect()
        });
    }
    let Search { chosen, declared, checks, .. } = search;
    let needed = |(site, declared)| Needed { site, declared, needed: chosen.get(&site).copied().unwrap_or(declared) };
    Ok(Orderings { passes, sites: declared.into_iter().map(needed).collect(), checks })
}
