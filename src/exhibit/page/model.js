// What the other parts share: elements are made of text only, so that nothing of a program becomes markup.

const SVG = "http://www.w3.org/2000/svg";

/** Returns an element with attributes and children; texts stay texts. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name === "hue") element.style.setProperty("--hue", hue(value));
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Returns an element of a drawing. */
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Returns the colour of a thread; its name stands beside it everywhere. */
function hue(thread) {
  return `var(--t${thread === 0 ? 0 : ((thread - 1) % 7) + 1})`;
}

/** Returns the name of a file without its folders, and the line. */
function place(source) {
  return source === null ? "" : `${source.file.split(/[/\\]/).pop()}:${source.line}`;
}

function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

/** How arrows are drawn: a dash pattern and a colour for each kind. */
const ARROWS = {
  spawn: { dash: "", colour: "var(--dim)", words: "spawn" },
  join: { dash: "", colour: "var(--dim)", words: "join" },
  lock: { dash: "7 3", colour: "var(--open)", words: "lock handed over" },
  message: { dash: "", colour: "var(--t7)", words: "message" },
  release: { dash: "2 3", colour: "var(--right)", words: "release to acquire" },
  unpark: { dash: "7 3 2 3", colour: "var(--t5)", words: "unpark" },
  notify: { dash: "7 3 2 3", colour: "var(--t4)", words: "notify" },
  barrier: { dash: "7 3", colour: "var(--t6)", words: "barrier" },
  once: { dash: "2 3", colour: "var(--t3)", words: "initialised" },
  read: { dash: "5 3", colour: "var(--read)", words: "read from" },
};

/** An execution, with what is looked up in it again and again. */
class Run {
  constructor(data) {
    this.data = data;
    this.changes = data.objects.map(() => []);
    for (const step of data.steps) {
      for (const state of step.state_after) this.changes[state.object].push({ step: step.number, state });
    }
    this.touching = new Map();
    for (const arrow of data.arrows) {
      for (const end of [arrow.from, arrow.to]) {
        if (!this.touching.has(end)) this.touching.set(end, []);
        this.touching.get(end).push(arrow);
      }
    }
  }

  get last() { return this.data.steps.length - 1; }
  get failure() { return this.data.result.failure; }
  thread(id) { return this.data.threads[id]?.name ?? `thread ${id}`; }
  object(id) { return this.data.objects[id]?.name ?? `object ${id}`; }

  /** Returns the state of an object after a step: by halving, since there may be many. */
  state(object, step) {
    const all = this.changes[object];
    let low = 0, high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].step <= step) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? all[low - 1] : null;
  }

  /** Returns the step that tells most: that of a race, or where the nearest run that passes goes on otherwise; else the last. */
  get telling() {
    const race = this.failure?.accesses?.at(-1)?.step, { nearest } = this.data;
    if (race !== null && race !== undefined) return race;
    const parting = nearest ? firstDifference(this, new Run(nearest.execution)) : null;
    return parting === null || parting > this.last ? this.last : parting;
  }

  /** Returns the access of a race that a step is, as 1 or 2; 0 if it is none. */
  race(step) {
    return (this.failure?.accesses ?? []).findIndex((access) => access.step === step) + 1;
  }

  title() {
    const { outcome, failure } = this.data.result;
    if (failure) return outcome === null ? failure.kind : `${failure.kind}: ${outcome}`;
    return outcome === null ? "right" : `outcome ${outcome}`;
  }
}

/** Returns the first step in which two executions differ: by thread, place or words. */
function firstDifference(left, right) {
  const key = (step) => step && `${step.thread} ${step.words} ${place(step.source)}`;
  const length = Math.max(left.data.steps.length, right.data.steps.length);
  for (let index = 0; index < length; index++) {
    if (key(left.data.steps[index]) !== key(right.data.steps[index])) return index;
  }
  return null;
}
