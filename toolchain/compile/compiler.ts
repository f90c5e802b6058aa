/** What needs AssemblyScript and the component tools, loaded together and late. */
export { guardedWit } from "./guarded-wit.ts";
export { compileLean } from "./lean.ts";
export { readApp } from "./lean/app.ts";
export { inOrder } from "./order.ts";
