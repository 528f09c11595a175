//! smoke
use selvedge::engine::*;
use selvedge::sync::atomic::{AtomicI64, Ordering::SeqCst};
use selvedge::sync::{Arc, Mutex};
fn unlocked() -> i64 {
    let balance = Arc::new(AtomicI64::new(0));
    let hs: Vec<_> = [5, 8]
        .into_iter()
        .map(|n| {
            let b = balance.clone();
            selvedge::thread::spawn(move || {
                let x = b.load(SeqCst) + n;
                b.store(x, SeqCst);
                let x = b.load(SeqCst) - n;
                b.store(x, SeqCst);
            })
        })
        .collect();
    for h in hs {
        h.join().unwrap();
    }
    balance.load(SeqCst)
}
fn deadlock() {
    let a = Arc::new(Mutex::new(0));
    let b = Arc::new(Mutex::new(0));
    let (a2, b2) = (a.clone(), b.clone());
    let h = selvedge::thread::spawn(move || {
        let _x = a2.lock().unwrap();
        let _y = b2.lock().unwrap();
    });
    {
        let _x = b.lock().unwrap();
        let _y = a.lock().unwrap();
    }
    h.join().unwrap();
}
fn main() {
    for e in all() {
        let name = e.name();
        let sampling = e.capabilities().coverage == Coverage::Sampling;
        let mut c = selvedge::Checker::new()
            .name("smoke")
            .boxed_engine(e)
            .keep_going(true)
            .watchdog(std::time::Duration::from_secs(1));
        if sampling {
            c = c.budget(Budget::executions(20000));
        }
        let r = c.run(unlocked);
        println!(
            "{name}: {:?} {:?} {:?}",
            r.engines[0].exploration.executions, r.engines[0].exploration.elapsed, r.engines[0].exploration.outcomes
        );
        let r = c.run(deadlock);
        println!(
            "{name}: {:?} {:?} failures {} ",
            r.engines[0].exploration.executions, r.engines[0].exploration.elapsed, r.engines[0].exploration.failures
        );
        if let Some(c) = r.counterexample() {
            println!("{}", selvedge::render::story("x", c, &|t| t.to_string()));
        }
    }
    selvedge::Checker::new().name("unlocked").allow_outcomes([0]).check(unlocked);
}
