/** `setTimeout` and its like, which QuickJS does not have, on the clock of WASI. */
import { now, subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.12";
import { waitBy, whenCalled } from "./promise.js";

/** By their numbers: when they are due, in nanoseconds, and how often. */
const timers = new Map();
let last = 0;

function start(callback, milliseconds, args, isRepeated) {
  if (typeof callback !== "function") throw new TypeError("a timer calls a function");
  const nanoseconds = Math.ceil(Math.max(Number(milliseconds) || 0, isRepeated ? 1 : 0) * 1e6);
  const id = ++last;
  timers.set(id, {
    id,
    due: now() + nanoseconds,
    every: isRepeated ? nanoseconds : undefined,
    callback,
    args,
  });
  return id;
}

function clear(id) {
  whenCalled(() => timers.delete(id));
}

/** Waits for the timer that is due first, and runs it; false where there is none. */
function waitForFirst() {
  let first;
  for (const timer of timers.values()) if (first === undefined || timer.due < first.due) first = timer;
  if (first === undefined) return false;
  const left = first.due - now();
  if (left > 0) subscribeDuration(left).block();
  if (first.every === undefined) timers.delete(first.id);
  else first.due = now() + first.every;
  first.callback(...first.args);
  return true;
}

waitBy(waitForFirst);

Object.assign(globalThis, {
  setTimeout: (callback, milliseconds, ...args) => start(callback, milliseconds, args, false),
  setInterval: (callback, milliseconds, ...args) => start(callback, milliseconds, args, true),
  setImmediate: (callback, ...args) => start(callback, 0, args, false),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
});
