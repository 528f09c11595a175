//! The terminal's stepper, drawn into memory and pressed by hand.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys::{KEYS, Pressed};
use super::screen::Screen;
use crate::check::Checker;
use crate::exploration::Budget;
use crate::schedule::Token;
use crate::stepper::Stepper;
use crate::sync::atomic::AtomicUsize;
use crate::sync::atomic::Ordering::SeqCst;
use crate::thread;

/// A stepper with its screen, as the terminal has them.
struct Shown {
    stepper: Stepper,
    screen: Screen,
    terminal: Terminal<TestBackend>,
}

impl Shown {
    fn new(name: &str, scenario: impl Fn() -> usize + Send + Sync + 'static) -> Self {
        let checker = Checker::new().name(name).allow_outcomes([2_usize]).budget(Budget::executions(200));
        let stepper = checker.step(scenario);
        let screen = Screen::new(stepper.view(&Token::to_string));
        Self { stepper, screen, terminal: Terminal::new(TestBackend::new(110, 30)).expect("a terminal in memory") }
    }

    /// Presses a key; returns whether it asks to leave.
    fn press(&mut self, code: KeyCode) -> bool {
        match self.screen.press(KeyEvent::new(code, KeyModifiers::NONE)) {
            Pressed::Quit => return true,
            Pressed::Nothing => {}
            Pressed::Asks(wish) => self.screen.obey(&mut self.stepper, &wish, &Token::to_string),
        }
        false
    }

    /// Returns what is on the screen.
    fn text(&mut self) -> String {
        self.terminal.draw(|frame| self.screen.draw(frame)).expect("it is drawn");
        self.terminal.backend().to_string()
    }
}

fn lost_update() -> usize {
    let number = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| number.store(number.load(SeqCst) + 1, SeqCst));
        }
    });
    number.load(SeqCst)
}

#[test]
fn a_lost_update_is_stepped_to_by_keys() {
    let mut shown = Shown::new("lost update", lost_update);
    let text = shown.text();
    for expected in
        ["lost update", "outcomes: 1, 2", "next: one step", "main  spawn a thread", "? lists the keys", "s1AgEAvHQ"]
    {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
    shown.press(KeyCode::Char('n'));
    let text = shown.text();
    assert!(text.contains("next: 2 choices") && text.contains("number  atomic  0"), "{text}");
    // The other thread reads the same: after that, one of the two is lost.
    shown.press(KeyCode::Down);
    shown.press(KeyCode::Enter);
    let text = shown.text();
    assert!(text.contains("it is wrong whatever comes, since step 3 (t2: number is 0)"), "{text}");
    assert!(text.contains("⊘ wait for t1") && text.contains("→ store number") && text.contains("│3 ✗ "), "{text}");
    shown.press(KeyCode::Char('e'));
    let text = shown.text();
    assert!(text.contains("the execution is over, and wrong"), "{text}");
    assert!(text.contains("the execution is over: b goes back"), "{text}");
    assert!(text.contains("it is wrong whatever comes, since step 3"), "{text}");
    for _ in 0..40 {
        shown.press(KeyCode::Char('b'));
    }
    assert!(shown.text().contains("this is the beginning"));
    shown.press(KeyCode::Right);
    assert!(shown.text().contains("spawn t1"));
}

#[test]
fn keys_that_ask_for_nothing_that_is_there_say_so() {
    let mut shown = Shown::new("lost update", lost_update);
    shown.press(KeyCode::Char('7'));
    assert!(shown.text().contains("there is no step 7 here: the choices have the numbers 1 to 1"));
    shown.press(KeyCode::Char('f'));
    assert!(shown.text().contains("no step was taken back"));
    shown.press(KeyCode::Char('?'));
    let text = shown.text();
    assert!(KEYS.iter().all(|(keys, what)| text.contains(keys) && text.contains(what)), "{text}");
    assert!(!shown.press(KeyCode::Char('q')), "it closes the list");
    for (token, told) in [("qx", "is no token"), ("s1AAJn9gMCiwWJBLWCFA", "does not lead to a place")] {
        shown.press(KeyCode::Char('j'));
        for letter in token.chars() {
            shown.press(KeyCode::Char(letter));
        }
        assert!(shown.text().contains(&format!("token: {token}")));
        shown.press(KeyCode::Enter);
        let text = shown.text();
        assert!(text.contains(told), "{text}");
    }
    shown.press(KeyCode::Char('j'));
    shown.press(KeyCode::Esc);
    assert!(shown.press(KeyCode::Esc), "only the second leaves");
    let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(shown.screen.press(control), Pressed::Quit);
}

#[test]
fn a_small_terminal_and_strange_names_do_no_harm() {
    let mut shown = Shown::new("a\u{1b}[31mname\u{9b}2J", || {
        let spawned = thread::Builder::new().name("\u{1b}]0;title\u{7}".to_owned()).spawn(|| 2).expect("a thread");
        spawned.join().expect("it returns")
    });
    for key in ['n', 'e'] {
        let text = shown.text();
        assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
        shown.press(KeyCode::Char(key));
    }
    for (width, height) in [(1, 1), (5, 3), (20, 8), (400, 2), (30, 100)] {
        shown.terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        for key in [KeyCode::Char('?'), KeyCode::PageUp, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Char('b')] {
            shown.text();
            shown.press(key);
        }
    }
}
