//! The stepper as a page: a reader clicks until the bug is there.

use crate::browser::{Browser, browse};
use crate::program::Served;

/// Clicks on the choice after which the most of what can come is wrong, by its place in the panel (`data-choice`) or below its
/// column (`data-next`).
async fn take_the_worst(page: &Browser, place: &str) {
    let steps = page.value("live.position.execution.steps.length").await.as_u64().unwrap();
    let share = "live.position.choices.map((one) => one.reachable.failures / one.reachable.executions)";
    let worst =
        page.value(&format!("{share}.reduce((best, one, index, all) => one > all[best] ? index : best, 0)")).await;
    page.click(&format!("[{place}=\"{worst}\"]")).await;
    page.wait_until(&format!("live.position.execution.steps.length === {}", steps + 1)).await;
}

#[test]
fn the_lost_update_is_stepped_to_by_clicking() {
    let served = Served::start("balance/unlocked");
    browse(&served.address.clone(), |page| async move {
        page.goto(&served.address).await;
        let all = page.texts("#from-here .outcome .text").await;
        assert_eq!(all, ["-8", "-5", "-3", "0", "3", "5", "8"], "all can come at the beginning");
        assert_eq!(page.count("#decided, .gone").await, 0);
        let mut steps = 0;
        while page.count("#decided").await == 0 {
            assert!(steps < 20, "it goes on: {}", page.address().await);
            take_the_worst(&page, "data-choice").await;
            steps += 1;
        }
        let told = page.texts("#decided").await.concat();
        assert!(told.contains(&format!("certain since step {}", steps - 1)) && told.contains("it is wrong"), "{told}");
        assert_eq!(page.texts("#verdict").await, ["✗ wrong whatever comes"]);
        assert_eq!(page.texts(".row .tag.race").await, ["✗ certain"], "the step is marked in its column");
        page.keys("e").await;
        page.wait_until("live.position.ending !== null").await;
        let told = page.texts("#ending").await.concat();
        assert!(told.starts_with("the execution is over, and wrong"), "{told}");
        assert_eq!(page.count("[data-choice]").await, 0);
        assert_eq!(page.count(".final.wrong").await, 1);
    });
}

#[test]
fn every_position_is_found_again_by_its_address() {
    let served = Served::start("balance/unlocked");
    browse(&served.address.clone(), |page| async move {
        page.goto(&served.address).await;
        page.keys("n").await;
        page.wait_until("live.position.choices.length === 2").await;
        let (first, chips) = (page.address().await, page.texts("#choices").await);
        page.keys("2").await;
        page.wait_until("live.position.execution.steps.length === 4").await;
        let second = page.address().await;
        assert_ne!(first, second);
        // By the browser's way back, by our own way forward and back, and by the address in another window.
        page.back().await;
        page.wait_until("live.position.execution.steps.length === 3").await;
        assert_eq!(page.texts("#choices").await, chips);
        page.keys("2").await;
        page.wait_until("live.position.execution.steps.length === 4").await;
        page.click("#back").await;
        page.wait_until("live.position.execution.steps.length === 3").await;
        assert_eq!(page.address().await, first);
        page.keys("f").await;
        page.wait_until("live.position.execution.steps.length === 4").await;
        page.goto("about:blank").await;
        page.goto(&first).await;
        page.wait_until("live.position.execution.steps.length === 3").await;
        assert_eq!(page.texts("#choices").await, chips);
        let token = page.value("live.position.token").await;
        let line = page.texts(".token code").await.concat();
        assert_eq!(line, format!("selvedge step balance/unlocked --from {}", token.as_str().unwrap()));
    });
}

#[test]
fn a_card_below_a_column_takes_the_step_too() {
    let served = Served::start("deadlock/philosophers");
    browse(&served.address.clone(), |page| async move {
        page.goto(&served.address).await;
        for _ in 0..60 {
            if page.value("live.position.choices.length").await == 0 {
                break;
            }
            take_the_worst(&page, "data-next").await;
        }
        assert_eq!(page.count(".ring").await, 1, "the philosophers wait for each other");
        page.click("#back").await;
        page.wait_until("live.position.choices.length > 0").await;
        let kinds = page.texts("#from-here .outcome.wrong .text").await;
        assert_eq!(kinds, ["deadlock"]);
        take_the_worst(&page, "data-next").await;
        page.wait_until("live.position.ending !== null").await;
        assert_eq!(page.count(".card.stuck").await, 4, "{:?}", page.texts(".card.stuck").await);
    });
}

#[test]
fn a_server_that_is_gone_is_told_of() {
    let served = Served::start("balance/unlocked");
    let address = served.address.clone();
    browse(&address.clone(), |page| async move {
        page.goto(&address).await;
        page.keys("n").await;
        page.wait_until("live.position.choices.length === 2").await;
        // The console would say that nothing listens: the page is told by another who answers nothing.
        page.value("window.fetch = () => Promise.reject(new Error())").await;
        page.keys("1").await;
        page.wait_until("document.querySelector('.live [role=alert]') !== null").await;
        let told = page.texts(".live [role=alert]").await.concat();
        assert_eq!(told, "The server does not answer: it has been stopped.");
        assert_eq!(page.count("#choices li").await, 2, "nothing is lost");
        drop(served);
    });
}
