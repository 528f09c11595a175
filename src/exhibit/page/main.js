// The page as a whole: which execution and which step are shown, by clicks, keys and the address.

const KEYS = [
  ["↓ ↑ or j k", "the next step, the one before"],
  ["→ ←", "the next step of the same thread, the one before"],
  ["n p", "the next switch of threads, the one before"],
  ["Page ↓ ↑, Home, End", "ten steps on or back, the first step, the last"],
  ["] [", "the next execution, the one before"],
  ["c", "compare with another execution, or stop"],
  ["d", "the first difference, while comparing"],
  ["?", "these keys"],
];

/** Those keys that a live page has no use for, or another one. */
const LIVE_HAS = ["n p", "] [", "c", "d"];

/** What is shown; `live` is what a server adds, on its page. */
const app = { document: null, runs: [], shown: 0, step: 0, compared: null, timelines: [], live: null };

/** Shows a document: that of the page, or one that a server hands over. */
function show(data) {
  app.document = data;
  app.runs = data.executions.map((execution) => new Run(execution));
  const address = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (/^\d+$/.test(address.get(name) ?? "") ? Number(address.get(name)) : null);
  app.shown = Math.min(number("execution") ?? 0, Math.max(app.runs.length - 1, 0));
  const compared = address.get("compare") === "nearest" ? "nearest" : number("compare");
  app.compared = compared === "nearest" || compared < app.runs.length ? compared : null;
  build();
  if (app.runs.length) select(number("step") ?? current().telling);
}

function current() { return app.runs[app.shown]; }

function other() {
  if (app.compared === null) return null;
  if (app.compared !== "nearest") return app.runs[app.compared];
  const nearest = current().data.nearest;
  return nearest ? new Run(nearest.execution) : null;
}

function build() {
  header();
  const main = document.getElementById("main");
  for (const timeline of app.timelines) timeline.observer.disconnect();
  app.timelines = [];
  if (!app.runs.length) {
    main.replaceChildren(make("div", { class: "histories" }, ...(app.document.histories ?? []).map(historyView)));
    return;
  }
  const second = other(), history = current().failure?.history;
  const inspector = make("aside", { class: "inspector", id: "inspector", "aria-label": "the selected step", tabindex: "0" });
  const panes = make("div", { class: `panes${second ? " two" : ""}` }, pane(current(), "execution", null), second ? pane(second, "compared with", app.compared) : null);
  const below = history ? make("div", { class: "histories" }, historyView(history)) : null;
  main.replaceChildren(panes, inspector, below ?? "");
  main.classList.toggle("with-history", Boolean(below));
  if (second) {
    const difference = firstDifference(current(), second);
    app.timelines.forEach((timeline) => { timeline.difference = difference; });
  }
  app.timelines[0].element.focus({ preventScroll: true });
}

function pane(run, label, choice) {
  const timeline = new Timeline(run, select, label);
  app.timelines.push(timeline);
  const switches = run.data.steps.filter((step) => step.switch === "preempted").length;
  const chooser = choice === null ? null : make("select", { "aria-label": "the other execution", onchange: (event) => {
    app.compared = event.target.value === "nearest" ? "nearest" : Number(event.target.value); build(); select(app.step);
  } }, ...choices().map(([value, text]) => make("option", { value: String(value), selected: value === choice }, text)));
  return make("div", { class: "pane" }, make("div", { class: "caption" },
    make("b", {}, choice === null ? (app.live?.title() ?? run.title()) : "compared with"), chooser,
    `${plural(run.data.steps.length, "step")}, ${plural(switches, "preemption")}`), timeline.element);
}

function choices() {
  const all = app.runs.map((run, index) => [index, run.title()]).filter(([index]) => index !== app.shown);
  return current().data.nearest ? [["nearest", "the nearest run that passes"], ...all] : all;
}

function header() {
  const data = app.document, histories = data.histories ?? [];
  const wrong = data.executions.some((execution) => execution.result.failure) || histories.some((one) => one.verdict === "not linearizable");
  const right = data.executions.length + histories.length > 0 && !wrong && histories.every((one) => one.verdict === "linearizable"), mood = app.live ? app.live.mood() : wrong ? "wrong" : right ? "right" : "";
  const verdict = data.verdict ? make("span", { class: `chip ${mood}`, id: "verdict" }, `${mood === "wrong" ? "✗ " : mood ? "✓ " : ""}${data.verdict}`) : null;
  const meta = [data.engine, data.memory_model, data.executions_explored > 1 ? plural(data.executions_explored, "execution") : ""];
  document.getElementById("header").replaceChildren(make("div", { class: "title" }, make("h1", {}, data.scenario), verdict,
    make("span", { class: "meta" }, meta.filter(Boolean).join(" · ")),
    choices_possible() ? make("button", { class: "quiet", id: "compare", "aria-pressed": String(app.compared !== null), onclick: compare }, "compare ", make("kbd", {}, "c")) : null,
    make("button", { class: "quiet", id: "keys", onclick: help }, "keys ", make("kbd", {}, "?"))), runs() ?? "");
}

function choices_possible() { return app.runs.length > 0 && choices().length > 0; }

/** The histogram of outcomes, and the failures that report none; each opens its execution. */
function runs() {
  const most = Math.max(1, ...app.document.outcomes.map((outcome) => outcome.count)), listed = new Set();
  const buttons = app.document.outcomes.map((outcome) => {
    const run = outcome.execution === null ? null : app.runs[outcome.execution];
    listed.add(outcome.execution);
    return runButton(outcome.execution, outcome.text, plural(outcome.count, "execution"), Boolean(run?.failure), outcome.count / most);
  });
  app.runs.forEach((run, index) => {
    if (!listed.has(index)) buttons.push(runButton(index, run.title(), "", Boolean(run.failure), 0));
  });
  return buttons.length > 1 ? make("nav", { class: "runs", "aria-label": "outcomes and failures" }, ...buttons) : null;
}

function runButton(index, text, count, wrong, share) {
  return make("button", {
    class: `run${wrong ? " wrong" : ""}`, "aria-current": String(index === app.shown), disabled: index === null, "data-execution": index ?? "",
    title: index === null ? "no execution of it is kept" : text, onclick: () => open(index),
  }, make("span", { class: "mark", "aria-label": wrong ? "wrong" : "right" }, wrong ? "✗" : "✓"), make("span", { class: "text" }, text),
  count ? make("span", { class: "count" }, count) : null, share ? make("span", { class: "bar", style: { width: `${share * 100}%` } }) : null);
}

function open(index) {
  app.shown = (index + app.runs.length) % app.runs.length;
  if (app.compared === app.shown || app.compared === "nearest") app.compared = null;
  build();
  select(current().telling);
}

function compare() {
  app.compared = app.compared === null ? (choices()[0]?.[0] ?? null) : null;
  build();
  select(app.timelines[0].difference ?? app.step);
}

function select(step) {
  app.step = Math.max(0, Math.min(step, current().last));
  app.timelines.forEach((timeline) => timeline.select(app.step));
  const actions = { select, compareNearest: () => { app.compared = "nearest"; build(); select(app.timelines[0].difference ?? app.step); } };
  const parts = [app.live?.panel(), ...inspect(current(), current().data.steps[app.step], actions)];
  document.getElementById("inspector").replaceChildren(...parts.filter(Boolean));
  const address = new URLSearchParams({ step: app.step });
  app.live?.address(address);
  if (app.shown) address.set("execution", app.shown);
  if (app.compared !== null) address.set("compare", app.compared);
  if (location.hash.slice(1) !== address.toString()) history.replaceState(null, "", `#${address}`);
}

function seek(from, way, matches) {
  const { steps } = current().data;
  for (let index = from + way; index >= 0 && index < steps.length; index += way) {
    if (matches(steps[index])) return index;
  }
  return from;
}

function help() {
  const dialog = document.getElementById("help");
  dialog.replaceChildren(make("h1", {}, "Keys"), make("dl", {}, ...[...(app.live?.keys ?? []), ...KEYS.filter(([keys]) => !app.live || !LIVE_HAS.includes(keys))].flatMap(([keys, what]) => [make("dt", {}, make("kbd", {}, keys)), make("dd", {}, what)])),
    make("button", { class: "quiet", onclick: () => dialog.close() }, "close"));
  dialog.showModal();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, dialog[open]")) return;
  if (event.key === "?") { help(); event.preventDefault(); return; }
  if (!app.runs.length) return;
  if (app.live?.pressed(event.key)) { event.preventDefault(); return; }
  const { step } = app, thread = current().data.steps[step]?.thread, same = (one) => one.thread === thread, switched = (one) => one.switch;
  const moves = {
    ArrowDown: () => step + 1, j: () => step + 1, ArrowUp: () => step - 1, k: () => step - 1,
    ArrowRight: () => seek(step, 1, same), ArrowLeft: () => seek(step, -1, same), n: () => seek(step, 1, switched), p: () => seek(step, -1, switched),
    PageDown: () => step + 10, PageUp: () => step - 10, Home: () => 0, End: () => current().last,
    d: () => app.timelines[0].difference ?? step,
  };
  if (event.target.closest(".inspector, .lanes") && !/^[a-z]$/.test(event.key)) return;
  if (moves[event.key]) select(moves[event.key]());
  else if (event.key === "]") open(app.shown + 1);
  else if (event.key === "[") open(app.shown - 1);
  else if (event.key === "c" && choices().length) compare();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", pressed);
addEventListener("hashchange", () => (app.live ? app.live.follow() : show(app.document)));
window.selvedge = { show };
