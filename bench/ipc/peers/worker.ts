/** `worker`: postMessage to a Node worker thread and back, both threads on one core. */
import { Worker } from "node:worker_threads";
import { messageRounds } from "./message-rounds.ts";
import { type HostedPeer, hosted, onOneCore } from "./peer.ts";

export const worker: HostedPeer = {
  prepare: async (transport, workspace) => onOneCore(hosted(transport, workspace)),
  async open() {
    const callee = new Worker(new URL("message-callee.ts", import.meta.url));
    return messageRounds(
      (message) => callee.postMessage(message),
      (take) => void callee.on("message", take),
    );
  },
};
