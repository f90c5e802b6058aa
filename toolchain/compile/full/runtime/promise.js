/**
 * Promises whose jobs this program runs itself, and the turn that runs them.
 *
 * QuickJS keeps the jobs of its own promises in a queue that nobody runs once the
 * program is built: what stands behind an `await` would never happen. So the
 * bundler makes generators of asynchronous functions, and this class takes the
 * place of `Promise`. Source: ECMAScript, "Promise Objects".
 */

/** Jobs in their order; those before `next` have been run. */
let jobs = [];
let next = 0;
/** While the program is built the engine's own queue is run. */
let isBuilding = true;
let isScheduled = false;
/** Rejected, and nobody asks for the reason. */
const unhandled = new Set();

function enqueue(job) {
  jobs.push(job);
  if (!isBuilding || isScheduled) return;
  isScheduled = true;
  queueNative(runJobs);
}
const queueNative = globalThis.queueMicrotask;

function runJobs() {
  isScheduled = false;
  while (next < jobs.length) jobs[next++]();
  jobs = [];
  next = 0;
}

/** Of a promise; undefined while it is not settled. */
let outcome;

class AtollPromise {
  #state = "pending";
  #value;
  #reactions = [];

  constructor(executor) {
    if (typeof executor !== "function") throw new TypeError("Promise: its executor is not a function");
    const { resolve, reject } = this.#settlers();
    try {
      executor(resolve, reject);
    } catch (error) {
      reject(error);
    }
  }

  static get [Symbol.species]() {
    return this;
  }

  get [Symbol.toStringTag]() {
    return "Promise";
  }

  /** The first of them that is called counts. */
  #settlers() {
    let isDone = false;
    const once = (settle) => (value) => {
      if (isDone) return;
      isDone = true;
      settle(value);
    };
    return {
      resolve: once((value) => this.#resolve(value)),
      reject: once((reason) => this.#settle("rejected", reason)),
    };
  }

  #resolve(value) {
    if (value === this) {
      this.#settle("rejected", new TypeError("a promise was resolved with itself"));
      return;
    }
    let then;
    try {
      then = isObject(value) ? value.then : undefined;
    } catch (error) {
      this.#settle("rejected", error);
      return;
    }
    if (typeof then !== "function") this.#settle("fulfilled", value);
    else enqueue(() => this.#follow(value, then));
  }

  #follow(thenable, then) {
    const { resolve, reject } = this.#settlers();
    try {
      then.call(thenable, resolve, reject);
    } catch (error) {
      reject(error);
    }
  }

  #settle(state, value) {
    const reactions = this.#reactions;
    [this.#state, this.#value, this.#reactions] = [state, value, undefined];
    if (state === "rejected" && reactions.length === 0) unhandled.add(this);
    for (const react of reactions) enqueue(react);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise.
  then(onFulfilled, onRejected) {
    const { promise, resolve, reject } = capability(this.constructor?.[Symbol.species] ?? AtollPromise);
    const react = () => {
      const isFulfilled = this.#state === "fulfilled";
      const handler = isFulfilled ? onFulfilled : onRejected;
      if (typeof handler !== "function") {
        (isFulfilled ? resolve : reject)(this.#value);
        return;
      }
      try {
        resolve(handler(this.#value));
      } catch (error) {
        reject(error);
      }
    };
    unhandled.delete(this);
    if (this.#state === "pending") this.#reactions.push(react);
    else enqueue(react);
    return promise;
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(callback) {
    if (typeof callback !== "function") return this.then(callback, callback);
    const type = this.constructor?.[Symbol.species] ?? AtollPromise;
    return this.then(
      (value) => type.resolve(callback()).then(() => value),
      (reason) =>
        type.resolve(callback()).then(() => {
          throw reason;
        }),
    );
  }

  static resolve(value) {
    if (AtollPromise.#has(value) && value.constructor === this) return value;
    const { promise, resolve } = capability(this);
    resolve(value);
    return promise;
  }

  static reject(reason) {
    const { promise, reject } = capability(this);
    reject(reason);
    return promise;
  }

  static withResolvers() {
    return capability(this);
  }

  static try(callback, ...args) {
    return new this((resolve) => resolve(callback(...args)));
  }

  static all(values) {
    return collect(this, values, ({ resolve, reject }) => ({
      watch: (promise, keep) => promise.then(keep, reject),
      end: resolve,
    }));
  }

  static allSettled(values) {
    return collect(this, values, ({ resolve }) => ({
      watch: (promise, keep) =>
        promise.then(
          (value) => keep({ status: "fulfilled", value }),
          (reason) => keep({ status: "rejected", reason }),
        ),
      end: resolve,
    }));
  }

  static any(values) {
    return collect(this, values, ({ resolve, reject }) => ({
      watch: (promise, keep) => promise.then(resolve, keep),
      end: (errors) => reject(new AggregateError(errors, "All promises were rejected")),
    }));
  }

  static race(values) {
    return new this((resolve, reject) => {
      for (const value of values) this.resolve(value).then(resolve, reject);
    });
  }

  static #has(value) {
    return isObject(value) && #state in value;
  }

  static {
    outcome = (promise) => {
      if (promise.#state === "pending") return undefined;
      unhandled.delete(promise);
      return { isFulfilled: promise.#state === "fulfilled", value: promise.#value };
    };
  }
}

Object.defineProperty(AtollPromise, "name", { value: "Promise" });
for (const holder of [AtollPromise, AtollPromise.prototype])
  for (const key of Object.getOwnPropertyNames(holder))
    if (key !== "prototype") Object.defineProperty(holder, key, { enumerable: false });

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function capability(type) {
  let resolve;
  let reject;
  const promise = new type((...settlers) => ([resolve, reject] = settlers));
  return { promise, resolve, reject };
}

/** A promise that `end` settles when `watch` has kept something of each value, in their order. */
function collect(type, values, by) {
  const made = capability(type);
  const { watch, end } = by(made);
  const kept = [];
  let missing = 1;
  const done = () => --missing === 0 && end(kept);
  try {
    let count = 0;
    for (const value of values) {
      const at = count++;
      missing++;
      watch(type.resolve(value), (result) => {
        kept[at] = result;
        done();
      });
    }
    done();
  } catch (error) {
    made.reject(error);
  }
  return made.promise;
}

globalThis.Promise = AtollPromise;
globalThis.queueMicrotask = (callback) => {
  if (typeof callback !== "function") throw new TypeError("queueMicrotask: expected a function");
  enqueue(callback);
};

/** What is waited for when no job is left: nothing, unless the program has timers. */
let waits = () => false;

/** `wait` returns whether something was waited for, and happened. */
export function waitBy(wait) {
  waits = wait;
}

/** What the top of the program did that has to wait for the program to be called. */
let early = [];

/** Does it as soon as there is somebody to do it for: what the top of a program runs in is not what it will run in. */
export function whenCalled(action) {
  if (isBuilding) early.push(action);
  else action();
}

export function isBuilt() {
  return !isBuilding;
}

/** @throws Error at the top of a program, which is run once for all its processes. */
export function refuseAtTop(what) {
  if (isBuilding) throw new Error(`${what} at the top of a program would be the same in all its processes`);
}

/** Called when the program is. */
export function begin() {
  if (!isBuilding) return;
  isBuilding = false;
  for (const action of early) action();
  early = undefined;
}

/** What a call returned, once it is there. `isCommand`: it ends when nothing is waited for. */
export function finish(result, isCommand) {
  runJobs();
  const value = typeof result?.then === "function" ? awaited(AtollPromise.resolve(result)) : result;
  if (isCommand) while (waits()) runJobs();
  const [first] = unhandled;
  if (first === undefined) return value;
  throw new Error("a promise was rejected, and nothing handled it", { cause: outcome(first).value });
}

function awaited(promise) {
  runJobs();
  for (let found; ; runJobs()) {
    found = outcome(promise);
    if (found?.isFulfilled === false) throw found.value;
    if (found !== undefined) return found.value;
    if (!waits()) throw new Error("it waits for a promise that nothing settles");
  }
}

/** What a package that misses a name is told. */
export const whereNamesAre = " (StarlingMonkey has more of the web: // @engine starlingmonkey)";
