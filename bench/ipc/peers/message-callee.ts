/** The callee of `worker` and `child-process`: answers each message. */
import { parentPort } from "node:worker_threads";
import { caseNamed } from "../cases.ts";
import type { Message } from "./message-rounds.ts";

if (parentPort !== null) {
  const port = parentPort;
  port.on("message", (message: Message) => port.postMessage(answer(message)));
} else {
  process.on("message", (message: Message) => void process.send!(answer(message)));
  process.on("disconnect", () => process.exit(0));
}

function answer(message: Message): unknown {
  return caseNamed(message.case).serve(message.request);
}
