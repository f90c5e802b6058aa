/** The smallest system that says something. */
import { console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "hello",
  processes: { hello: { component: "./hello.ts", grants: [console()] } },
  entry: "hello",
});
