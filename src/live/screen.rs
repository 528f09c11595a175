//! The stepper on a terminal as it is drawn: the threads as columns, the objects, and the steps that are possible, each with
//! what can still come of it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Borders, Cell, Clear, Paragraph, Row, Table, Wrap};

use super::keys::KEYS;
use crate::exhibit::{ChoiceView, Execution, PositionView, ReachableView, Source};
use crate::schedule::Token;
use crate::stepper::{Stepper, Wish};

/// What is on the screen.
pub(super) struct Screen {
    /// Where the execution stands.
    pub(super) view: PositionView,
    /// The place of the choice that Enter takes.
    pub(super) chosen: usize,
    /// How many of the last steps are out of sight.
    pub(super) hidden: usize,
    /// What is told of the last key.
    pub(super) message: Option<String>,
    /// The token that is being typed.
    pub(super) asked: Option<String>,
    /// Whether the keys are listed.
    pub(super) has_help: bool,
}

/// The colours of threads, which stand beside their names everywhere.
const COLOURS: [Color; 6] =
    [Color::Cyan, Color::Yellow, Color::Magenta, Color::Blue, Color::LightGreen, Color::LightRed];

/// How wide the column of source lines is.
const SOURCE_WIDTH: u16 = 20;

/// How many lines say how it ended at most.
const TOLD_LINES_MAX: u16 = 8;

/// How much of a token that is typed is shown: its end.
const TYPED_MAX: usize = 60;

/// How many lines of a choice there are.
const CHOICE_LINES: u16 = 2;

fn colour(thread: usize) -> Color {
    thread.checked_sub(1).map_or(Color::Reset, |place| COLOURS[place % COLOURS.len()])
}

fn thread_name(execution: &Execution, thread: usize) -> &str {
    execution.threads.get(thread).map_or("", |thread| &thread.name)
}

fn place(source: &Source) -> String {
    format!("{}:{}", source.file.rsplit(['/', '\\']).next().unwrap_or_default(), source.line)
}

/// Returns the colour of what can come: nothing right, nothing wrong, or both or not known.
fn mood(reachable: &ReachableView) -> Color {
    match (reachable.is_lost, reachable.failures, reachable.is_all) {
        (Some(true), ..) => Color::Red,
        (_, 0, true) => Color::Green,
        _ => Color::Yellow,
    }
}

/// Returns how many lines of this width a line takes, which is broken between words.
fn wrapped(line: &str, width: usize) -> usize {
    let (mut lines, mut used) = (1, 0);
    for word in line.split_inclusive(' ') {
        let length = word.chars().count();
        if used > 0 && used + word.trim_end().chars().count() > width {
            (lines, used) = (lines + 1, 0);
        }
        lines += length.saturating_sub(1) / width.max(1);
        used += length;
    }
    lines
}

impl Screen {
    pub(super) fn new(view: PositionView) -> Self {
        Self { view, chosen: 0, hidden: 0, message: None, asked: None, has_help: false }
    }

    /// Has the stepper do what was asked, and shows where it stands then, or why it could not.
    pub(super) fn obey(&mut self, stepper: &mut Stepper, wish: &Wish, replay_line: &dyn Fn(&Token) -> String) {
        self.message = stepper.fulfil(wish).err();
        self.view = stepper.view(replay_line);
        (self.chosen, self.hidden) = (0, 0);
    }

    pub(super) fn draw(&self, frame: &mut Frame) {
        let count = u16::try_from(self.view.choices.len()).unwrap_or(u16::MAX);
        let area = frame.area();
        let below = (count.saturating_mul(CHOICE_LINES) + 2).clamp(4, (area.height / 2).max(4));
        let [title, told, middle, choices, token] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(self.told_lines(area.width)),
            Constraint::Min(3),
            Constraint::Length(below),
            Constraint::Length(1),
        ])
        .areas(area);
        let [trace, objects] = Layout::horizontal([Constraint::Min(30), Constraint::Percentage(28)]).areas(middle);
        frame.render_widget(self.title(), title);
        frame.render_widget(self.told(), told);
        self.draw_trace(frame, trace);
        frame.render_widget(self.objects(), objects);
        self.draw_choices(frame, choices);
        frame.render_widget(self.last_line(), token);
        if self.has_help {
            draw_help(frame);
        }
    }

    /// The scenario, and what can still come.
    fn title(&self) -> Paragraph<'_> {
        let PositionView { scenario, memory_model, reachable, .. } = &self.view;
        let name = Span::styled(format!(" {scenario} "), Style::new().bold().reversed());
        let model = format!("  {memory_model}  ");
        Paragraph::new(Line::from(vec![
            name,
            model.dim(),
            Span::styled(&reachable.words, Style::new().fg(mood(reachable))),
        ]))
    }

    /// Since when it is certain how it ends, and how it has ended; else nothing.
    fn told_text(&self) -> String {
        let decided = self.view.decided.as_ref().and_then(|decided| decided.words.clone());
        decided.into_iter().chain(self.view.ending.clone()).collect::<Vec<_>>().join("\n")
    }

    fn told_lines(&self, width: u16) -> u16 {
        let lines: usize = self.told_text().lines().map(|line| wrapped(line, usize::from(width))).sum();
        u16::try_from(lines).unwrap_or(u16::MAX).min(TOLD_LINES_MAX)
    }

    fn told(&self) -> Paragraph<'_> {
        let is_wrong = self.view.execution.result.failure.is_some()
            || self.view.decided.as_ref().is_some_and(|decided| decided.is_wrong);
        let colour = if is_wrong { Color::Red } else { Color::Green };
        Paragraph::new(self.told_text()).style(Style::new().fg(colour).bold()).wrap(Wrap { trim: false })
    }

    /// The last steps with the threads as columns, and below them what each thread is about to do.
    fn draw_trace(&self, frame: &mut Frame, area: Rect) {
        let execution = &self.view.execution;
        let pending = u16::from(self.view.ending.is_none());
        let room = usize::from(area.height.saturating_sub(3 + pending));
        let last = execution.steps.len().saturating_sub(self.hidden);
        let steps = &execution.steps[last.saturating_sub(room)..last];
        let threads = execution.threads.len();
        let mut rows: Vec<Row> = steps
            .iter()
            .map(|step| {
                let mut cells = vec![self.number(step.number)];
                cells.extend((0..threads).map(|thread| match thread == step.thread {
                    true => Cell::from(step.words.clone()).style(Style::new().fg(colour(thread))),
                    false => Cell::new(""),
                }));
                cells.push(Cell::from(step.source.as_ref().map(place).unwrap_or_default()).dim());
                Row::new(cells)
            })
            .collect();
        if pending > 0 && self.hidden == 0 {
            rows.push(self.pending(threads));
        }
        let names = (0..threads).map(|thread| {
            Cell::from(thread_name(execution, thread).to_owned()).style(Style::new().fg(colour(thread)).bold())
        });
        let header = Row::new([Cell::new("")].into_iter().chain(names).chain([Cell::from("source").dim()]));
        let mut widths = vec![Constraint::Length(7)];
        widths.extend((0..threads).map(|_| Constraint::Fill(1)));
        widths.push(Constraint::Length(SOURCE_WIDTH));
        let title = match self.hidden {
            0 => " steps ".to_owned(),
            hidden => format!(" steps; {hidden} later ones out of sight "),
        };
        let block = Block::new().borders(Borders::ALL).title(title).border_style(Style::new().dim());
        frame.render_widget(Table::new(rows, widths).header(header).block(block), area);
    }

    /// The number of a step, marked if it is the one that made it certain how the execution ends.
    fn number(&self, step: usize) -> Cell<'static> {
        match &self.view.decided {
            Some(decided) if decided.step == Some(step) && decided.is_wrong => {
                Cell::from(format!("{step} ✗")).red().bold()
            }
            Some(decided) if decided.step == Some(step) => Cell::from(format!("{step} ✓")).green().bold(),
            _ => Cell::from(step.to_string()).dim(),
        }
    }

    /// What each thread that has not ended is about to do: those that cannot are marked.
    fn pending(&self, threads: usize) -> Row<'_> {
        let words = (0..threads).map(|thread| {
            let choice = self.view.choices.iter().find(|choice| choice.thread == thread).map(|choice| &choice.words);
            let pending = self.view.pending.iter().find(|one| one.thread == thread).map(|one| &one.words);
            let text = match (choice, pending) {
                (Some(words), _) => format!("→ {words}"),
                (None, Some(words)) => format!("⊘ {words}"),
                (None, None) => String::new(),
            };
            Cell::new(text).style(Style::new().dim().add_modifier(Modifier::ITALIC))
        });
        Row::new([Cell::new("next").dim()].into_iter().chain(words))
    }

    /// The state of each object after the last step.
    fn objects(&self) -> Paragraph<'_> {
        let execution = &self.view.execution;
        let lines = execution.objects.iter().map(|object| {
            let states = execution.steps.iter().rev().flat_map(|step| &step.state_after);
            let state = states.into_iter().find(|state| state.object == object.id);
            let words = state.map_or(&object.initial, |state| &state.words);
            Line::from(vec![Span::raw(&object.name).bold(), format!("  {}  ", object.kind).dim(), Span::raw(words)])
        });
        let block = Block::new().borders(Borders::ALL).title(" objects ").border_style(Style::new().dim());
        Paragraph::new(Text::from_iter(lines)).wrap(Wrap { trim: false }).block(block)
    }

    fn draw_choices(&self, frame: &mut Frame, area: Rect) {
        let shown = usize::from(area.height.saturating_sub(2) / CHOICE_LINES).max(1);
        let first = self.chosen.saturating_sub(shown - 1);
        let choices = self.view.choices.iter().enumerate().skip(first).take(shown);
        let lines = choices.flat_map(|(place, choice)| self.choice(place, choice));
        let title = match self.view.choices.len() {
            0 => " the execution is over: b goes back ".to_owned(),
            1 => " next: one step ".to_owned(),
            count if count > shown => {
                format!(" next: {count} choices, {} to {} of them here ", first + 1, first + shown)
            }
            count => format!(" next: {count} choices "),
        };
        let block = Block::new().borders(Borders::ALL).title(title);
        frame.render_widget(Paragraph::new(Text::from_iter(lines)).block(block), area);
    }

    fn choice(&self, place: usize, choice: &ChoiceView) -> [Line<'_>; CHOICE_LINES as usize] {
        let thread = thread_name(&self.view.execution, choice.thread).to_owned();
        let mark = if place == self.chosen { "▶" } else { " " };
        let name = Span::styled(thread, Style::new().fg(colour(choice.thread)).bold());
        let number = format!("{mark}{:>2}  ", place + 1);
        let source = format!("  {}", self::place(&choice.source));
        let first = Line::from(vec![number.into(), name, format!("  {}", choice.words).into(), source.dim()]);
        let reach = format!("     {}", choice.reachable.words);
        let second = Line::from(Span::styled(reach, Style::new().fg(mood(&choice.reachable))));
        let style = if place == self.chosen { Style::new().bold() } else { Style::new() };
        [first.style(style), second]
    }

    /// What is being typed, or told; else the token and where the keys are listed.
    fn last_line(&self) -> Line<'_> {
        if let Some(typed) = &self.asked {
            let beginning = typed.chars().count().saturating_sub(TYPED_MAX);
            let end: String = typed.chars().skip(beginning).collect();
            return Line::from(vec!["token: ".bold(), Span::raw(end), "▏".into()]);
        }
        if let Some(message) = &self.message {
            return Line::from(Span::raw(message).yellow());
        }
        Line::from(vec!["? lists the keys   token ".dim(), Span::raw(&self.view.token)])
    }
}

fn draw_help(frame: &mut Frame) {
    let lines = KEYS.map(|(keys, what)| Line::from(vec![format!(" {keys:<20}").bold(), what.into()]));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX) + 2;
    let area = frame.area();
    let box_ = area.centered(Constraint::Length(70.min(area.width)), Constraint::Length(height.min(area.height)));
    frame.render_widget(Clear, box_);
    let block = Block::new().borders(Borders::ALL).title(" keys ");
    frame.render_widget(Paragraph::new(Text::from_iter(lines)).block(block), box_);
}
