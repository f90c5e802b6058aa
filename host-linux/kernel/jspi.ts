/** The two functions of JavaScript Promise Integration, which the types of Node do not have yet. */
const jspi = WebAssembly as unknown as {
  readonly Suspending: new (call: (...args: never[]) => unknown) => WebAssembly.ExportValue;
  readonly SuspendError: new () => Error;
  readonly promising: (call: unknown) => (...args: unknown[]) => Promise<unknown>;
};

/** An import that may suspend the stack that it is called on. It must lie directly on code that was entered by `entered`. */
export function suspending(call: (...args: never[]) => unknown): WebAssembly.ExportValue {
  return new jspi.Suspending(call);
}

/** Somebody was to be suspended who was not entered by `entered`. */
export function isSuspendError(error: unknown): boolean {
  return error instanceof jspi.SuspendError;
}

const known = new WeakMap<object, (...args: unknown[]) => Promise<unknown>>();

/** Enters an exported function on a stack of its own. A trap rejects the promise. */
export function entered(call: unknown): (...args: unknown[]) => Promise<unknown> {
  if (typeof call !== "function") throw new TypeError("only a function can be entered");
  const made = known.get(call) ?? jspi.promising(call);
  known.set(call, made);
  return made;
}
