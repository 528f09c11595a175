// The live page: the reader picks each step, and sees beside each what can still come of it. The server hands over positions;
// the token of the one that is shown is in the address.

const LIVE_KEYS = [
  ["1 .. 9", "take that step"],
  ["b f", "one step back, and forward again"],
  ["n", "go on until there is something to choose"],
  ["e", "go on to the end"],
];

/** How many outcomes are listed at most. */
const OUTCOMES_MAX = 24;

const live = { position: null, forward: [], asking: null, keys: LIVE_KEYS, trouble: null };
app.live = live;

/** Shows a position; the step that was taken last is selected unless the address names another. */
live.show = (position, step = null) => {
  live.position = position;
  live.trouble = null;
  const run = position.execution, last = run.steps.length - 1;
  document.title = `${last + 1}: ${position.scenario} - Selvedge`;
  history.replaceState(null, "", `#${new URLSearchParams({ at: position.token, step: Math.max(step ?? last, 0) })}`);
  show({
    scenario: position.scenario, engine: "stepper", memory_model: position.memory_model, verdict: live.verdict(), executions_explored: 0,
    outcomes: [], executions: [run], histories: [],
  });
  const timeline = app.timelines[0].element;
  if (step === null) timeline.scrollTop = timeline.scrollHeight;
};

live.verdict = () => {
  const { decided, ending, reachable } = live.position;
  if (ending) return live.position.execution.result.failure ? "over, and wrong" : "over";
  if (decided) return `${decided.is_wrong ? "wrong" : "right"} whatever comes`;
  if (!reachable.failures) return "nothing wrong found so far";
  return reachable.failures === reachable.executions ? "only wrong found so far" : "both can come: right and wrong";
};

/** Returns what stands above the columns. */
live.title = () => (live.position.ending ? "the execution" : "the execution so far");

/** Returns what colours the verdict: whether it is wrong, right, or open. */
live.mood = () => {
  const { decided, execution } = live.position;
  if (execution.result.failure || decided?.is_wrong) return "wrong";
  return decided ? "right" : "";
};

/** Keeps the token in the address beside the step that is selected. */
live.address = (address) => address.set("at", live.position.token);

/** Asks the server for the position that an action leads to from the one with this token. Who asks again before the answer is there
 * has it ask for that instead. Returns whether the answer is shown. */
live.ask = async (token, action = []) => {
  live.asking?.abort();
  const asking = new AbortController();
  live.asking = asking;
  document.body.classList.add("asking");
  let found = null, trouble = null;
  try {
    const answer = await fetch(["position", token, ...(action ?? [])].join("/"), { signal: asking.signal });
    if (answer.ok) found = await answer.json();
    else trouble = await answer.text();
  } catch {
    trouble = "The server does not answer: it has been stopped.";
  }
  if (live.asking !== asking) return false;
  live.asking = null;
  document.body.classList.remove("asking");
  if (found === null) live.complain(trouble);
  else live.arrive(found, action);
  return found !== null;
};

/** Shows what was answered. What was done here is a place of its own in the browser's history, so that its own way back works too;
 * what the address asked for is there already. */
live.arrive = (position, action) => {
  const isElsewhere = position.token !== live.position.token;
  if (action !== null && isElsewhere) history.pushState(null, "", `#at=${position.token}`);
  const step = action === null ? live.wanted("step") : null;
  live.show(position, /^\d+$/.test(step ?? "") ? Number(step) : null);
};

live.complain = (trouble) => {
  live.trouble = trouble;
  select(app.step);
};

live.wanted = (name) => new URLSearchParams(location.hash.slice(1)).get(name);

live.act = async (action, ...rest) => {
  const from = live.position.token;
  if (action === "back") {
    if (await live.ask(from, ["back"]) && live.position.token !== from) live.forward.push(from);
  } else if (action === "forward") {
    if (live.forward.length && await live.ask(live.forward.at(-1))) live.forward.pop();
  } else if (await live.ask(from, [action, ...rest])) {
    live.forward = [];
  }
};

/** Follows the address, which the reader or the browser's history has changed. */
live.follow = () => {
  const token = live.wanted("at");
  if (!token || token === live.position.token) return show(app.document);
  live.forward = [];
  return live.ask(token, null);
};

/** Does what a key asks for; returns whether it is one of these. */
live.pressed = (key) => {
  const count = live.position.choices.length, number = Number(key);
  if (/^[1-9]$/.test(key) && number <= count) live.act("take", number - 1);
  else if (key === "b") live.act("back");
  else if (key === "f") live.act("forward");
  else if (key === "n" && count) live.act("on");
  else if (key === "e" && count) live.act("end");
  else return "bfne".includes(key);
  return true;
};

/** Returns what can come next, for the top of the inspector. */
live.panel = () => {
  const { choices, reachable, decided, ending } = live.position, all = live.all();
  const parts = [live.controls()];
  if (live.trouble) parts.push(make("div", { class: "banner", role: "alert" }, live.trouble));
  if (ending) parts.push(make("div", { class: `banner ${live.mood() === "wrong" ? "" : "right"}`, id: "ending" }, ending));
  if (decided?.words) parts.push(make("div", { class: `banner ${decided.is_wrong ? "" : "right"}`, id: "decided" }, make("b", {}, decided.step !== null ? `certain since step ${decided.step}` : decided.is_known ? "certain since the beginning" : "certain"), decided.words));
  if (!ending) {
    parts.push(make("h2", {}, "What can still come"), live.reach(reachable, all, "from-here"), make("h2", {}, `Next: ${plural(choices.length, "choice")}`),
      make("ol", { class: "choices", id: "choices" }, ...choices.map((choice, index) => live.choice(choice, index, all))));
  }
  return make("section", { class: "live" }, ...parts);
};

live.controls = () => {
  const { execution, choices } = live.position, steps = execution.steps.length;
  const button = (id, text, key, isPossible) => make("button", { class: "quiet", id, disabled: !isPossible, onclick: () => live.act(id) }, `${text} `, make("kbd", {}, key));
  return make("div", { class: "controls", role: "group", "aria-label": "go" }, button("back", "back", "b", steps > 0), button("forward", "forward", "f", live.forward.length > 0),
    button("on", "on", "n", choices.length > 0), button("end", "to the end", "e", choices.length > 0));
};

/** Returns what an execution can come to, the outcomes first. */
live.kinds = (reachable) => [...reachable.outcomes, ...reachable.kinds.map((kind) => ({ text: kind, count: null, is_wrong: true }))];

/** Returns all that any look from here has seen. */
live.all = () => {
  const { choices, reachable } = live.position;
  const seen = [reachable, ...choices.map((choice) => choice.reachable)].flatMap(live.kinds);
  return [...new Map(seen.map((one) => [one.text, one])).values()];
};

/** Returns what can come, beside all that could before: what no longer can is struck out, if that is known. */
live.reach = (reachable, all, id = null) => {
  const has = new Map(live.kinds(reachable).map((one) => [one.text, one]));
  const chips = all.slice(0, OUTCOMES_MAX).map((one) => {
    const here = has.get(one.text), word = one.is_wrong ? "wrong" : "right";
    const not = reachable.is_all ? "can no longer come" : "was not seen from here";
    return make("span", { class: `outcome ${word}${here ? "" : reachable.is_all ? " gone" : " open"}`, title: here ? word : not },
      make("span", { "aria-hidden": "true" }, one.is_wrong ? "✗ " : "✓ "), make("span", { class: "text" }, one.text),
      make("span", { class: "unseen" }, here ? `, ${word}` : `, ${not}`), here?.count ? make("span", { class: "count" }, here.count.toLocaleString("en")) : null);
  });
  if (all.length > OUTCOMES_MAX) chips.push(make("span", { class: "count" }, `and ${plural(all.length - OUTCOMES_MAX, "other")}`));
  const share = reachable.executions ? reachable.failures / reachable.executions : 0;
  return make("div", { class: "reach", id }, make("div", { class: "share", "aria-hidden": "true" }, make("span", { style: { width: `${share * 100}%` } })),
    make("div", { class: "count" }, reachable.words.split(";")[0]), make("div", { class: "outcomes" }, ...chips));
};

live.choice = (choice, index, all) => make("li", {}, make("button", {
  class: `choice${choice.reachable.is_lost ? " lost" : ""}`, hue: choice.thread, "data-choice": index, onclick: () => live.act("take", index),
}, make("span", { class: "what" }, index < 9 ? make("kbd", {}, String(index + 1)) : null, make("b", {}, live.thread(choice.thread)), make("span", { class: "mono" }, choice.words)),
make("span", { class: "where" }, place(choice.source), choice.source.text ? `  ${choice.source.text}` : ""), live.reach(choice.reachable, all)));

live.thread = (thread) => live.position.execution.threads[thread]?.name ?? `thread ${thread}`;

/** Returns what each thread is about to do, as cards for below its column. */
live.next = () => {
  const { choices, pending } = live.position, rows = new Map();
  const place = (thread) => { const row = rows.get(thread) ?? 0; rows.set(thread, row + 1); return row; };
  const possible = choices.map((choice, index) => ({ ...choice, index, row: place(choice.thread) }));
  const stuck = pending.filter((one) => !rows.has(one.thread)).map((one) => ({ ...one, index: null, row: 0 }));
  return [...possible, ...stuck];
};

const first = JSON.parse(document.getElementById("document").textContent);
const wanted = live.wanted("at"), wantedStep = /^\d+$/.test(live.wanted("step") ?? "") ? Number(live.wanted("step")) : null;
live.show(first, wanted === first.token ? wantedStep : null);
if (wanted && wanted !== first.token) {
  history.replaceState(null, "", `#${new URLSearchParams({ at: wanted, ...(wantedStep === null ? {} : { step: wantedStep }) })}`);
  live.ask(wanted, null);
}
