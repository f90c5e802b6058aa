/** What needs AssemblyScript and the component tools, loaded together and late. */
export { compileLean } from "./lean.ts";
export { readApp } from "./lean/app.ts";
export { inOrder } from "./order.ts";
