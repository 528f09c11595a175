// Histories: operations as bars from call to return, each with its words, and the longest order that explains them.

const HISTORY_LEFT = 100, HISTORY_UNIT = 92;

/** Returns the view of a history. */
function historyView(history) {
  const verdict = history.verdict === "linearizable" ? "right" : history.verdict === "inconclusive" ? "" : "wrong";
  return make("section", { class: "history" }, make("h2", {}, history.title),
    make("span", { class: `chip ${verdict}` }, `${verdict === "right" ? "✓ " : verdict ? "✗ " : "? "}${history.verdict}`),
    lanes(history), orderWords(history), ...against(history));
}

function lanes(history) {
  const drawn = history.calls.map((call, index) => ({ call, index })), processes = [...new Set(drawn.map(({ call }) => call.process))].sort((a, b) => a - b);
  const times = [...new Set(drawn.flatMap(({ call }) => [call.called_at, call.ended_at].filter((time) => time !== null)))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  const longest = Math.max(...drawn.map(({ call }) => callWords(call).length * 7.9 + 44), HISTORY_UNIT);
  // Each bar lasts at least one unit: the unit is as wide as words need, within reason.
  const unit = Math.min(Math.max(HISTORY_UNIT, longest), 240), width = HISTORY_LEFT + (times.length + 1) * unit;
  const rows = processes.map((process) => make("div", { class: "lane", style: { width: `${width}px` } },
    make("span", { class: "who" }, `process ${process}`),
    ...drawn.filter(({ call }) => call.process === process).map(({ call, index }) => {
      const begin = HISTORY_LEFT + place.get(call.called_at) * unit + 4;
      const end = call.ended_at === null ? width : HISTORY_LEFT + place.get(call.ended_at) * unit - 4;
      return bar(history, call, index, begin, Math.max(end - begin, unit - 8));
    })));
  const note = history.left_out ? make("p", {}, `${drawn.length} of ${(drawn.length + history.left_out).toLocaleString("en")} operations are shown.`) : null;
  return make("div", {}, note, make("div", { class: "lanes", tabindex: "0", role: "group", "aria-label": "operations over time" }, ...rows));
}

function callWords(call) {
  if (call.completion === "cancelled") return `${call.operation} was given up`;
  if (call.completion === "pending") return `${call.operation} has not returned`;
  return `${call.operation} → ${call.result}`;
}

function bar(history, call, index, left, width) {
  const placed = history.order.indexOf(index), misfit = history.misfit === index;
  const number = misfit ? "✗" : placed >= 0 ? String(history.numbers[placed]) : null;
  return make("div", {
    class: `call${placed >= 0 ? " placed" : ""}${misfit ? " misfit" : ""}${call.completion === "returned" ? "" : " pending"}`,
    title: `${callWords(call)}\nprocess ${call.process}, called at ${call.called_at}, ${call.ended_at === null ? "not returned" : `ended at ${call.ended_at}`}`,
    style: { left: `${left}px`, width: `${width}px` },
  }, number ? make("span", { class: "place" }, number) : null, callWords(call));
}

/** How many operations of an order are written out. */
const ORDER_MAX = 16;

function orderWords(history) {
  if (!history.ordered) return null;
  const from = Math.max(0, history.order.length - ORDER_MAX), words = [];
  let last = 0;
  // What is left out between two operations is counted.
  const skip = (number) => { if (number > last + 1) words.push(`(${plural(number - last - 1, "other")})`); last = number; };
  for (const [index, place] of history.order.entries()) {
    if (index < from) continue;
    skip(history.numbers[index]);
    words.push(callWords(history.calls[place]));
  }
  skip(history.ordered + 1);
  const label = history.verdict === "linearizable" ? "An order that explains it: " : "The longest order that can be explained: ";
  return make("p", {}, label, make("code", {}, words.join(", ")));
}

/** Returns how many operations of a contradiction's order are not written out. */
function leftOut(one) { return (one.left_out ?? 0) + Math.max(0, one.order.length - ORDER_MAX); }

function against(history) {
  if (history.misfit === null || !history.contradictions.length) return history.words ? [make("p", { style: { whiteSpace: "pre-line" } }, history.words)] : [];
  const misfit = history.calls[history.misfit];
  return [make("p", {}, make("b", {}, callWords(misfit)), `, of process ${misfit.process}, fits nowhere:`),
    make("ul", { class: "against" }, ...history.contradictions.map((one) => make("li", {},
      "after ", make("code", {}, [...(leftOut(one) ? [plural(leftOut(one), "other")] : []), ...one.order.slice(-ORDER_MAX).map((index) => callWords(history.calls[index]))].join(", ") || "nothing"),
      " the state is ", make("code", {}, one.state), ", and it would ",
      ...(one.expected === null ? ["have to wait"] : ["return ", make("code", {}, one.expected)]))))];
}
