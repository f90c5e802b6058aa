/** What programs expect of a JavaScript engine, and QuickJS does not have: without WASI. */
import { isBuilt } from "./promise.js";
import "./text-coding.js";
import "./clone.js";

/** Packages write to it; the program's own use of it is a type error. */
const silent = () => {};
globalThis.console ??= new Proxy({}, { get: () => silent });

/** Its state is the one that it had when the program was built: the same numbers in each process. */
const randomOfBuild = Math.random;
Math.random = function random() {
  if (isBuilt()) throw new Error("Math.random: there are no random numbers without WASI");
  return randomOfBuild();
};
