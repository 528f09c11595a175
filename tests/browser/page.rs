//! Pages of one file: walked by keyboard, by address, by clicks.

use std::time::Instant;

use crate::browser::browse;
use crate::program;

// Keys, as WebDriver writes them.
const END: &str = "\u{e010}";
const ESCAPE: &str = "\u{e00c}";
const HOME: &str = "\u{e011}";
const UP: &str = "\u{e013}";

#[test]
fn a_page_is_walked_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let address = program::page(folder.path(), "balance/unlocked");
    browse(&address.clone(), |page| {
        page.goto(&address);
        let last = page.value("current().last");
        let parting = page.value("firstDifference(current(), new Run(current().data.nearest.execution))");
        assert_eq!(page.value("app.step"), parting, "where the nearest run that passes parts is selected first");
        page.keys(HOME);
        assert_eq!(page.texts("#words"), ["spawn t1"]);
        page.keys("jj");
        assert_eq!(page.value("app.step"), 2);
        assert!(page.address().ends_with("#step=2"));
        page.keys(UP);
        assert_eq!(page.value("app.step"), 1);
        page.keys("n");
        let switch = page.value("current().data.steps[app.step].switch");
        assert!(switch.is_string(), "{switch}");
        assert!(
            page.value("document.querySelector('.row.selected').getBoundingClientRect().top > 0").as_bool().unwrap()
        );
        page.keys("?");
        assert_eq!(page.value("document.getElementById('help').open"), true);
        page.keys(ESCAPE);
        assert_eq!(page.value("document.getElementById('help').open"), false);
        page.keys(END);
        assert_eq!(page.value("app.step"), last);
    });
}

#[test]
fn a_colleague_is_sent_to_a_step() {
    let folder = tempfile::tempdir().unwrap();
    let address = program::page(folder.path(), "balance/unlocked");
    browse(&address.clone(), |page| {
        page.goto(&format!("{address}#step=3&execution=2"));
        assert_eq!(page.texts("#inspector h2").iter().filter(|title| title.starts_with("Step 3 of ")).count(), 1);
        assert_eq!(page.value("document.querySelector('[aria-current=true]').dataset.execution"), "2");
        // A link within the page that is open leads there, too.
        page.goto(&format!("{address}#step=1"));
        page.wait_until("app.step === 1 && app.shown === 0");
        // What is no step leads to one that there is.
        page.goto(&format!("{address}#step=99999&execution=77&compare=x"));
        page.wait_until("app.step === current().last");
    });
}

#[test]
fn outcomes_are_opened_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let address = program::page(folder.path(), "balance/unlocked");
    browse(&address.clone(), |page| {
        page.goto(&address);
        assert_eq!(page.texts(".runs .run .text"), ["-8", "-5", "-3", "0", "3", "5", "8"]);
        assert_eq!(page.count(".runs .run.wrong"), 6);
        page.click(".runs .run:not(.wrong)");
        assert_eq!(page.texts(".final"), ["✓ outcome 0"]);
        page.click("#compare");
        assert_eq!(page.count(".panes.two .pane"), 2);
        assert!(page.count(".row.different") >= 1, "the first difference is marked");
        let selected = page.value("app.step === app.timelines[0].difference");
        assert_eq!(selected, true);
        page.keys("c");
        assert_eq!(page.count(".pane"), 1);
        // The failure and the nearest run that passes.
        page.click(".runs .run[data-execution=\"0\"]");
        page.click("#nearest button");
        assert_eq!(page.count(".panes.two .pane"), 2);
        assert!(page.address().contains("compare=nearest"));
    });
}

#[test]
fn each_kind_of_failure_shows_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = format!("file://{}/", folder.path().display());
    browse(&root, |page| {
        for (scenario, selector, count) in
            [("deadlock/philosophers", ".ring circle", 3), ("sync/double_checked_relaxed", ".tag.race", 2)]
        {
            page.goto(&program::page(folder.path(), scenario));
            assert_eq!(page.count(selector), count, "{scenario}: {selector}");
        }
        page.goto(&program::page(folder.path(), "sync/seqlock_unfenced"));
        page.keys(END);
        page.wait_until("[...document.querySelectorAll('.tag')].some((tag) => tag.textContent === '↶ old value')");
        let old = "current().data.steps.findIndex((step) => step.reads_old)";
        page.value(&format!("select({old})"));
        page.wait_until("[...document.querySelectorAll('.facts dt')].some((one) => one.textContent === 'could read')");
    });
}

#[test]
fn colours_follow_the_system_and_a_narrow_screen_scrolls_one_way() {
    let folder = tempfile::tempdir().unwrap();
    let address = program::page(folder.path(), "deadlock/philosophers");
    browse(&address.clone(), |page| {
        let paper = "getComputedStyle(document.body).backgroundColor";
        page.prefer("light");
        page.goto(&address);
        let light = page.value(paper);
        page.prefer("dark");
        assert_ne!(page.value(paper), light);
        // 650 pixels at 200 percent, and a telephone.
        for width in [650, 380] {
            page.resize(width, 700);
            page.wait_until("document.scrollingElement.scrollWidth <= innerWidth");
            let below = "document.getElementById('inspector').getBoundingClientRect().top";
            let bottom = "document.querySelector('.panes').getBoundingClientRect().bottom";
            page.wait_until(&format!("{below} >= {bottom} - 1"));
        }
    });
}

#[test]
fn nothing_of_a_program_is_markup() {
    const MARKUP: &str = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 2'>";
    let folder = tempfile::tempdir().unwrap();
    let address = program::page(folder.path(), "balance/unlocked");
    // Names and words as a program could have them, written as `inside_script` of the library writes them.
    let file = address.trim_start_matches("file://");
    let text = std::fs::read_to_string(file).unwrap();
    let written = MARKUP.replace('<', "\\u003c").replace('>', "\\u003e");
    let [name, words, message] = [r#""name":"t1"#, r#""words":"spawn t1"#, r#""message":""#];
    let mut changed = text.clone();
    for place in [name, words, message] {
        assert!(changed.contains(place), "{place} is nowhere");
        changed = changed.replace(place, &format!("{place}{written}"));
    }
    std::fs::write(file, changed).unwrap();
    browse(&address.clone(), |page| {
        page.goto(&address);
        page.keys("kkkkkkkkkkkkkkkkjj");
        assert_eq!(page.value("window.broken === undefined"), true);
        for selector in [".names", ".rows", ".banner"] {
            let text = page.texts(selector).concat();
            assert!(text.contains("<script>"), "{selector}: it is shown as what it is: {text}");
        }
    });
}

#[test]
fn ten_thousand_steps_open_and_scroll() {
    let folder = tempfile::tempdir().unwrap();
    let settings = ["--set", "iterations=1000", "--set", "threads=3", "--executions", "1", "--steps", "50000"];
    let address = program::page_with(folder.path(), "balance/unlocked", &settings);
    browse(&address.clone(), |page| {
        let begun = Instant::now();
        page.goto(&address);
        page.wait_until("document.querySelectorAll('.row').length > 0");
        let seconds = begun.elapsed().as_secs_f64();
        let steps = page.value("current().last + 1").as_u64().unwrap();
        assert!(steps >= 10_000, "{steps}");
        eprintln!("a page of {steps} steps opens in {seconds:.2} s");
        let elements = page.value("document.querySelectorAll('*').length").as_u64().unwrap();
        assert!(elements < 2_000, "what is out of sight is not there: {elements}");
        for place in [0.0, 0.3, 0.99] {
            page.value(&format!(
                "app.timelines[0].element.scrollTop = app.timelines[0].element.scrollHeight * {place}"
            ));
            page.wait_until(
                "[...document.querySelectorAll('.row')].some((row) => row.getBoundingClientRect().top > 200 && row.getBoundingClientRect().top < 600)",
            );
        }
        // The bar is two seconds on an idle machine; a busy one may take longer, but not this long.
        assert!(seconds < 10.0, "{seconds} s");
    });
}

#[test]
fn nothing_of_a_history_is_markup_and_its_bars_say_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let lines = r#"{"process": 0, "operation": "write", "arguments": ["</script><script>window.broken = 1</script>"], "call": 0, "return": 1}
{"process": 1, "operation": "read", "call": 2, "return": 3, "result": null}
"#;
    let address = program::history_page(folder.path(), "register", lines);
    browse(&address.clone(), |page| {
        page.goto(&address);
        assert_eq!(page.value("window.broken === undefined"), true);
        let bars = page.texts(".call");
        assert_eq!(bars.len(), 2);
        assert!(bars[0].contains("<script>window.broken = 1</script>"), "{bars:?}");
        assert_eq!(bars[1], "✗Read → Value(null)", "null is null, and no text");
        assert_eq!(page.texts("#verdict"), ["✗ not linearizable"]);
    });
}
