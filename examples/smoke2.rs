//! smoke
use selvedge::engine::*;
fn main() {
    let r = selvedge::Checker::new().engine(ShuttleDfs).run(|| 3);
    println!("{r:?}");
}
