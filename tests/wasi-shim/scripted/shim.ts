/** The shim, and streams by script. */
export * from "./base";
export { dropped, input, output, written } from "./scripted";
