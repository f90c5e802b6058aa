import { type HostedPeer } from "./peer.ts";
export const atollDirect: HostedPeer = {
  prepare: async () => {
    throw new Error("not yet");
  },
  open: async () => {
    throw new Error("not yet");
  },
};
