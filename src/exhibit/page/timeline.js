// The threads as columns down a time axis. Only what is in sight is in the page, so that long traces open at once.

const ROW = 52, GUTTER = 64, GAP = 30, COLUMN_MIN = 168, COLUMN_MAX = 330, BEYOND = 12, TAIL = 150;

class Timeline {
  constructor(run, onSelect, label) {
    this.run = run;
    this.onSelect = onSelect;
    this.selected = 0;
    this.difference = null;
    this.drawn = "";
    this.names = make("div", { class: "names", "aria-hidden": "true" });
    this.rows = make("div", { class: "rows" });
    this.element = make("div", {
      class: "timeline", tabindex: "0", role: "listbox", "aria-label": label, onscroll: () => this.schedule(),
    }, this.names, this.rows);
    this.observer = new ResizeObserver(() => { this.measure(); this.render(true); });
    this.observer.observe(this.element);
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => { this.scheduled = false; this.render(false); });
  }

  measure() {
    const count = Math.max(this.run.data.threads.length, 1);
    const room = this.element.clientWidth - GUTTER - GAP * count;
    this.column = Math.max(COLUMN_MIN, Math.min(COLUMN_MAX, Math.floor(room / count)));
    const width = GUTTER + count * (this.column + GAP);
    const next = app.live?.next() ?? [], rows = Math.max(0, ...next.map((one) => one.row + 1));
    this.rows.style.height = `${this.run.data.steps.length * ROW + Math.max(TAIL, (rows + 1) * ROW)}px`;
    for (const part of [this.rows, this.names]) part.style.width = `${Math.max(width, this.element.clientWidth)}px`;
    this.names.replaceChildren(...this.run.data.threads.map((thread) => make("span", {
      hue: thread.id, title: thread.name, style: { left: `${this.left(thread.id)}px`, width: `${this.column}px` },
    }, thread.name)));
  }

  left(thread) { return GUTTER + thread * (this.column + GAP); }

  select(step, scroll = true) {
    if (!this.column) this.measure();
    this.selected = Math.max(0, Math.min(step, this.run.last));
    this.element.setAttribute("aria-activedescendant", this.rowId(this.selected));
    if (scroll) {
      const top = this.selected * ROW, view = this.element.clientHeight - 34;
      if (top < this.element.scrollTop + ROW) this.element.scrollTop = top - ROW;
      else if (top + 2 * ROW > this.element.scrollTop + view) this.element.scrollTop = top + 2 * ROW - view;
      const left = this.left(this.run.data.steps[this.selected]?.thread ?? 0), { scrollLeft, clientWidth } = this.element;
      if (left < scrollLeft + GUTTER || left + this.column > scrollLeft + clientWidth) this.element.scrollLeft = left - GUTTER;
    }
    this.render(true);
  }

  rowId(step) { return `${this.element.getAttribute("aria-label").replace(/\W+/g, "-")}-${step}`; }

  render(force) {
    if (!this.column) this.measure();
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW) - BEYOND);
    const end = Math.min(this.run.data.steps.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW) + BEYOND);
    const drawn = `${first} ${end}`;
    if (!force && drawn === this.drawn) return;
    this.drawn = drawn;
    const rows = this.run.data.steps.slice(first, end).map((step) => this.row(step));
    this.rows.replaceChildren(this.arrows(first, end), ...rows, ...this.tail());
  }

  row(step) {
    const selected = step.number === this.selected, race = this.run.race(step.number);
    const classes = `row${selected ? " selected" : ""}${step.number === this.difference ? " different" : ""}`;
    const select = () => this.onSelect(step.number);
    return make("div", {
      class: classes, role: "option", id: this.rowId(step.number), "aria-selected": String(selected),
      "aria-label": `step ${step.number}, ${this.run.thread(step.thread)}: ${step.words}`, style: { top: `${step.number * ROW}px` },
    }, make("span", { class: "number" }, String(step.number)),
    make("div", {
      class: `card${race ? " race" : ""}`, hue: step.thread, onclick: select, title: step.switch_words ?? "",
      style: { left: `${this.left(step.thread)}px`, width: `${this.column}px` },
    }, make("div", { class: "what" }, make("span", {}, step.words), this.tag(step, race)),
    make("div", { class: "where" }, place(step.source), step.source?.text ? `  ${step.source.text}` : "")));
  }

  tag(step, race) {
    const certain = app.live?.position.decided;
    if (certain?.step === step.number) return make("span", { class: `tag ${certain.is_wrong ? "race" : "right"}` }, certain.is_wrong ? "✗ certain" : "✓ certain");
    if (race) return make("span", { class: "tag race" }, `access ${race}`);
    if (step.reads_old) return make("span", { class: "tag" }, "↶ old value");
    if (step.switch === "preempted") return make("span", { class: "tag" }, "⇄ preempts");
    if (step.switch) return make("span", { class: "tag soft" }, `↷ ${step.switch}`);
    if (step.could_have_read.length) return make("span", { class: "tag soft" }, `${step.could_have_read.length + 1} to read`);
    return null;
  }

  /** What comes after the last step: threads that cannot go on, and how it ended. */
  tail() {
    if (app.live && !app.live.position.ending) return app.live.next().map((one) => this.next(one));
    const failure = this.run.failure, top = this.run.data.steps.length * ROW;
    const blocked = failure?.blocked ?? [];
    const cards = blocked.map((one) => make("div", {
      class: "card stuck", hue: one.thread,
      style: { left: `${this.left(one.thread)}px`, width: `${this.column}px`, top: `${top + 4}px` },
    }, make("div", { class: "what" }, make("span", {}, `⊘ ${one.words}`)),
    make("div", { class: "where" }, this.holders(one), place(one.source))));
    const open = app.live && !failure && this.run.data.result.outcome === null;
    const text = failure ? `✗ ${failure.message.split("\n")[0]}` : open ? app.live.position.ending : `✓ ${this.run.title()}`;
    cards.push(make("div", {
      class: `final${failure ? " wrong" : ""}`, style: { top: `${top + 8 + (blocked.length ? ROW : 0)}px` },
    }, text));
    return cards;
  }

  /** A step that is possible, or what a thread waits for, below the column of the thread. */
  next(one) {
    const top = (this.run.data.steps.length + one.row) * ROW + 4, isStuck = one.index === null, number = isStuck ? "⊘ " : `${one.index + 1}  `;
    return make(isStuck ? "div" : "button", {
      class: `card next${isStuck ? " stuck" : ""}`, "data-next": one.index, hue: one.thread, onclick: isStuck ? null : () => app.live.act("take", one.index),
      style: { left: `${this.left(one.thread)}px`, width: `${this.column}px`, top: `${top}px` },
    }, make("div", { class: "what" }, make("span", {}, number + one.words)),
    make("div", { class: "where" }, isStuck ? this.holders(one) : "", place(one.source)));
  }

  holders(one) {
    return one.waits_for.length ? `needs ${one.waits_for.map((thread) => this.run.thread(thread)).join(", ")}  ` : "";
  }

  arrows(first, end) {
    const width = GUTTER + this.run.data.threads.length * (this.column + GAP), height = (end - first + 1) * ROW;
    const svg = draw("svg", { width, height, viewBox: `0 ${first * ROW} ${width} ${height}`, "aria-hidden": "true" });
    svg.style.top = `${first * ROW}px`;
    svg.append(draw("defs", {}, ...Object.entries(ARROWS).map(([kind, { colour }]) => draw("marker", {
      id: `head-${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto",
    }, draw("path", { d: "M0 0L8 4L0 8z", style: `fill:${colour}` })))));
    for (const arrow of this.run.data.arrows) {
      if (arrow.from < end && arrow.to >= first) svg.append(this.arrow(arrow));
    }
    const step = this.run.data.steps[this.selected], from = step?.reads_from?.step;
    if (from !== null && from !== undefined) svg.append(this.arrow({ from, to: step.number, kind: "read" }));
    return svg;
  }

  arrow({ from, to, kind }) {
    const [source, target] = [this.run.data.steps[from].thread, this.run.data.steps[to].thread];
    const { dash, colour } = ARROWS[kind] ?? ARROWS.lock, strong = from === this.selected || to === this.selected;
    const rightwards = target > source;
    const x = this.left(source) + (rightwards || source === target ? this.column : 0), y = from * ROW + ROW / 2;
    const u = this.left(target) + (rightwards ? 0 : this.column), v = to * ROW + ROW / 2;
    const bend = source === target ? GAP * 1.2 : (rightwards ? 1 : -1) * Math.max(GAP * 0.8, Math.abs(u - x) / 3);
    const back = source === target ? bend : -bend;
    return draw("path", {
      d: `M${x} ${y}C${x + bend} ${y} ${u + back} ${v} ${u} ${v}`, "marker-end": `url(#head-${ARROWS[kind] ? kind : "lock"})`,
      style: `fill:none;stroke:${colour};stroke-width:${strong ? 2.6 : 1.4};stroke-dasharray:${dash || "none"};opacity:${strong ? 1 : 0.55}`,
    });
  }
}
