/**
 * Node's HTTP, without what an `import` of it loads besides.
 *
 * A module that is imported has all of its exports read, and those of `node:http`
 * for web sockets load Undici and TLS then: ten times what HTTP itself costs, in
 * every system that starts, with HTTP or without.
 */
export const http: typeof import("node:http") = process.getBuiltinModule("node:http");

/** With TLS, whose modules are as slow to load: when it is needed. */
export function https(): typeof import("node:https") {
  return process.getBuiltinModule("node:https");
}
