/** `child-process`: a forked Node process over its IPC channel, both on one core. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { messageRounds } from "./message-rounds.ts";
import { type HostedPeer, hosted, onOneCore } from "./peer.ts";

export const childProcess: HostedPeer = {
  prepare: async (transport, workspace) => onOneCore(hosted(transport, workspace)),
  async open() {
    // The advanced serialization is the faster one for bytes and the only one that has them.
    const callee = fork(join(import.meta.dirname, "message-callee.ts"), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return messageRounds(
      (message) => void callee.send(message),
      (take) => void callee.on("message", take),
    );
  },
};
