//! The stepper as a page: a reader clicks until the bug is there.

use crate::browser::{Browser, browse};
use crate::program::Served;

/// Clicks on the choice after which the most of what can come is wrong, by its place in the panel (`data-choice`) or below its
/// column (`data-next`).
fn take_the_worst(page: &Browser, place: &str) {
    let steps = page.value("live.position.execution.steps.length").as_u64().unwrap();
    let share = "live.position.choices.map((one) => one.reachable.failures / one.reachable.executions)";
    let worst = page.value(&format!("{share}.reduce((best, one, index, all) => one > all[best] ? index : best, 0)"));
    page.click(&format!("[{place}=\"{worst}\"]"));
    page.wait_until(&format!("live.position.execution.steps.length === {}", steps + 1));
}

#[test]
fn the_lost_update_is_stepped_to_by_clicking() {
    let served = Served::start("balance/unlocked");
    browse(&served.address.clone(), |page| {
        page.goto(&served.address);
        let all = page.texts("#from-here .outcome .text");
        assert_eq!(all, ["-8", "-5", "-3", "0", "3", "5", "8"], "all can come at the beginning");
        assert_eq!(page.count("#decided, .gone"), 0);
        let mut steps = 0;
        while page.count("#decided") == 0 {
            assert!(steps < 20, "it goes on: {}", page.address());
            take_the_worst(page, "data-choice");
            steps += 1;
        }
        let told = page.texts("#decided").concat();
        assert!(told.contains(&format!("certain since step {}", steps - 1)) && told.contains("it is wrong"), "{told}");
        assert_eq!(page.texts("#verdict"), ["✗ wrong whatever comes"]);
        assert_eq!(page.texts(".row .tag.race"), ["✗ certain"], "the step is marked in its column");
        page.keys("e");
        page.wait_until("live.position.ending !== null");
        let told = page.texts("#ending").concat();
        assert!(told.starts_with("the execution is over, and wrong"), "{told}");
        assert_eq!(page.count("[data-choice]"), 0);
        assert_eq!(page.count(".final.wrong"), 1);
    });
}

#[test]
fn every_position_is_found_again_by_its_address() {
    let served = Served::start("balance/unlocked");
    browse(&served.address.clone(), |page| {
        page.goto(&served.address);
        page.keys("n");
        page.wait_until("live.position.choices.length === 2");
        let (first, chips) = (page.address(), page.texts("#choices"));
        page.keys("2");
        page.wait_until("live.position.execution.steps.length === 4");
        let second = page.address();
        assert_ne!(first, second);
        // By the browser's way back, by our own way forward and back, and by the address in another window.
        page.back();
        page.wait_until("live.position.execution.steps.length === 3");
        assert_eq!(page.texts("#choices"), chips);
        page.keys("2");
        page.wait_until("live.position.execution.steps.length === 4");
        page.click("#back");
        page.wait_until("live.position.execution.steps.length === 3");
        assert_eq!(page.address(), first);
        page.keys("f");
        page.wait_until("live.position.execution.steps.length === 4");
        page.goto("about:blank");
        page.goto(&first);
        page.wait_until("live.position.execution.steps.length === 3");
        assert_eq!(page.texts("#choices"), chips);
        let token = page.value("live.position.token");
        let line = page.texts(".token code").concat();
        assert_eq!(line, format!("selvedge step balance/unlocked --from {}", token.as_str().unwrap()));
    });
}

#[test]
fn a_card_below_a_column_takes_the_step_too() {
    let served = Served::start("deadlock/philosophers");
    browse(&served.address.clone(), |page| {
        page.goto(&served.address);
        for _ in 0..60 {
            if page.value("live.position.choices.length") == 0 {
                break;
            }
            take_the_worst(page, "data-next");
        }
        assert_eq!(page.count(".ring"), 1, "the philosophers wait for each other");
        page.click("#back");
        page.wait_until("live.position.choices.length > 0");
        let kinds = page.texts("#from-here .outcome.wrong .text");
        assert_eq!(kinds, ["deadlock"]);
        take_the_worst(page, "data-next");
        page.wait_until("live.position.ending !== null");
        assert_eq!(page.count(".card.stuck"), 4, "{:?}", page.texts(".card.stuck"));
    });
}

#[test]
fn a_server_that_is_gone_is_told_of() {
    let served = Served::start("balance/unlocked");
    let address = served.address.clone();
    browse(&address.clone(), |page| {
        page.goto(&address);
        page.keys("n");
        page.wait_until("live.position.choices.length === 2");
        // The console would say that nothing listens: the page is told by another who answers nothing.
        page.value("window.fetch = () => Promise.reject(new Error())");
        page.keys("1");
        page.wait_until("document.querySelector('.live [role=alert]') !== null");
        let told = page.texts(".live [role=alert]").concat();
        assert_eq!(told, "The server does not answer: it has been stopped.");
        assert_eq!(page.count("#choices li"), 2, "nothing is lost");
        drop(served);
    });
}
