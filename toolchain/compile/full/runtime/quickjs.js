/** What programs expect of a JavaScript engine, and QuickJS does not have: without WASI. */
import "./promise.js";
import "./text-coding.js";
import "./clone.js";

/** Packages write to it; the program's own use of it is a type error. */
const silent = () => {};
globalThis.console ??= new Proxy({}, { get: () => silent });
