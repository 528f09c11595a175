// What is known of the selected step: its words, its source, what orders it, and the state of every object after it.

/** Returns the parts of the inspector for a step of an execution. */
function inspect(run, step, actions) {
  return [summary(run, actions), ...(step ? [details(run, step, actions), objects(run, step)] : []), replay(run), legend(run)];
}

function section(title, ...children) {
  return make("section", {}, make("h2", {}, title), ...children);
}

function summary(run, actions) {
  const { failure } = run, nearest = run.data.nearest;
  if (!failure) return null;
  const parts = [make("div", { class: "banner", role: "note" }, make("b", {}, `✗ ${failure.kind}`), failure.message)];
  if (failure.accesses?.length) parts.push(accesses(run, actions));
  if (failure.cycle?.length) parts.push(ring(run));
  if (nearest) {
    parts.push(make("div", { class: "banner right", id: "nearest" }, make("b", {}, "nearest run that passes"), nearest.sentence, " ",
      make("button", { class: "link", onclick: actions.compareNearest }, "compare")));
  }
  return section("What is wrong", ...parts);
}

function accesses(run, actions) {
  return make("dl", { class: "facts" }, ...run.failure.accesses.flatMap((access, index) => [
    make("dt", {}, `access ${index + 1}`),
    make("dd", {}, `${run.thread(access.thread)} ${access.exclusive ? "writes" : "reads"} at ${place(access.source)} `,
      access.step === null ? null : stepLink(access.step, actions)),
  ]));
}

function stepLink(step, actions) {
  return make("button", { class: "link", onclick: () => actions.select(step) }, `step ${step}`);
}

/** The threads of a deadlock, each with what it waits for, as a ring. */
function ring(run) {
  const cycle = run.failure.cycle, size = 260, middle = size / 2, radius = cycle.length < 2 ? 0 : 88;
  const at = (index, distance) => {
    const angle = (index / cycle.length) * 2 * Math.PI - Math.PI / 2;
    return [middle + distance * Math.cos(angle), middle + distance * Math.sin(angle)];
  };
  const svg = draw("svg", { class: "ring", viewBox: `0 0 ${size} ${size}`, role: "img",
    "aria-label": `${[...cycle, cycle[0]].map((thread) => run.thread(thread)).join(" waits for ")}` });
  svg.append(draw("defs", {}, draw("marker", { id: "ring-head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" },
    draw("path", { d: "M0 0L8 4L0 8z", style: "fill:var(--wrong)" }))));
  cycle.forEach((thread, index) => {
    const turn = 27 / Math.max(radius, 1) / (2 * Math.PI) * cycle.length;
    const [x, y] = at(index + turn, radius), [u, v] = at(index + 1 - turn, radius), [a, b] = at(index + 0.5, radius * 0.55);
    svg.append(draw("path", { d: `M${x} ${y}A${radius} ${radius} 0 0 1 ${u} ${v}`, "marker-end": "url(#ring-head)", style: "fill:none;stroke:var(--wrong);stroke-width:2" }));
    const waits = run.failure.blocked.find((one) => one.thread === thread);
    if (waits && waits.object !== null) svg.append(draw("text", { x: a, y: b, class: "on" }, run.object(waits.object)));
  });
  cycle.forEach((thread, index) => {
    const [x, y] = at(index, radius);
    svg.append(draw("circle", { cx: x, cy: y, r: 21, style: `fill:var(--card);stroke:${hue(thread)};stroke-width:2.5` }),
      draw("text", { x, y }, run.thread(thread).slice(0, 7)));
  });
  return svg;
}

function details(run, step, actions) {
  const facts = [];
  const fact = (name, ...value) => facts.push(make("dt", {}, name), make("dd", {}, ...value));
  fact("thread", make("b", { hue: step.thread, style: { color: hue(step.thread) } }, run.thread(step.thread)));
  if (step.switch_words) fact("switch", step.switch_words);
  if (step.operation.order) fact("ordering", make("code", {}, step.operation.order));
  if (step.reads_from) fact("reads", make("code", {}, step.reads_from.value), " of ", storeLink(step.reads_from, actions));
  if (step.could_have_read.length) {
    fact("could read", ...step.could_have_read.flatMap((store, index) => [index ? ", " : "", make("code", {}, store.value), " of ", storeLink(store, actions)]));
  }
  const others = step.enabled.filter((thread) => thread !== step.thread).map((thread) => run.thread(thread));
  fact("could run too", others.length ? others.join(", ") : "no other thread");
  fact("happened before", make("code", {}, step.clock.map((count, thread) => `${run.thread(thread)} ${count}`).join(" · ")));
  const arrows = run.touching.get(step.number) ?? [];
  for (const arrow of arrows) {
    const [way, other] = arrow.to === step.number ? ["after", arrow.from] : ["before", arrow.to];
    fact(ARROWS[arrow.kind]?.words ?? arrow.kind, `${way} `, stepLink(other, actions));
  }
  return section(`Step ${step.number} of ${run.last}`, make("div", { class: "words", id: "words" }, step.words),
    step.source === null ? null : make("div", { class: "source" },
      make("div", { class: "file" }, `${step.source.file}:${step.source.line}:${step.source.column}`),
      step.source.text ? make("pre", {}, step.source.text) : null),
    make("dl", { class: "facts" }, ...facts));
}

function storeLink(store, actions) {
  return store.step === null ? "the beginning" : stepLink(store.step, actions);
}

function objects(run, step) {
  const rows = run.data.objects.map((object) => {
    const found = run.state(object.id, step.number);
    return make("tr", { class: found?.step === step.number ? "changed" : "", "data-object": object.id },
      make("td", {}, object.name, make("span", { class: "kind" }, `${object.kind}, ${place(object.made_at)}`)),
      make("td", { class: "mono" }, found ? found.state.words : object.initial, found?.step === step.number ? make("span", { class: "kind" }, "changed by this step") : null));
  });
  if (!rows.length) return null;
  return section("Objects after this step", make("table", {},
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "object"), make("th", { scope: "col" }, "state"))), make("tbody", {}, ...rows)));
}

function replay(run) {
  const line = run.data.replay ?? run.data.token;
  if (!line) return null;
  return section(app.live ? "Here again" : "Replay it", make("div", { class: "token" }, make("code", {}, line),
    make("button", { class: "quiet", onclick: (event) => copy(line, event.currentTarget) }, "copy")));
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(button.previousSibling);
    button.textContent = "selected";
  }
}

function legend(run) {
  const kinds = [...new Set(run.data.arrows.map((arrow) => arrow.kind))];
  if (run.data.steps.some((step) => step.reads_from)) kinds.push("read");
  if (!kinds.length) return null;
  return section("Arrows", make("div", { class: "legend" }, ...kinds.map((kind) => make("span", {},
    draw("svg", { viewBox: "0 0 26 8" }, draw("path", { d: "M0 4H26", style: `stroke:${ARROWS[kind].colour};stroke-width:2.4;stroke-dasharray:${ARROWS[kind].dash || "none"}` })),
    ARROWS[kind].words))));
}
