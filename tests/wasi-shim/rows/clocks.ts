/** wasi:clocks, wasi:random and wasi:io/poll. */
import { checkedRows } from "../checks.ts";
import { CLOCK, CONSOLE, ENTROPY, wasiGuest } from "../guest.ts";
import type { Row } from "../row.ts";

const MONOTONIC = "wasi:clocks/monotonic-clock";
const WALL = "wasi:clocks/wall-clock";

export const ROWS: readonly Row[] = checkedRows(
  () => wasiGuest("clocks"),
  { process: { grants: [CLOCK, CONSOLE, ENTROPY] } },
  [
    { name: "the monotonic clock never goes back", proves: [`${MONOTONIC}#now`] },
    { name: "a tick of the monotonic clock is below a millisecond", proves: [`${MONOTONIC}#resolution`] },
    { name: "the wall clock counts seconds since 1970", proves: [`${WALL}#now`] },
    { name: "a tick of the wall clock is below a second", proves: [`${WALL}#resolution`] },
    {
      name: "a duration is over when it has passed",
      proves: [`${MONOTONIC}#subscribe-duration`, "wasi:io/poll#pollable.block"],
    },
    { name: "an instant comes at its time", proves: [`${MONOTONIC}#subscribe-instant`] },
    {
      name: "an instant behind the end of time never comes",
      proves: [`${MONOTONIC}#subscribe-instant`, `${MONOTONIC}#subscribe-duration`],
    },
    { name: "poll waits for the first of several", proves: ["wasi:io/poll#poll"] },
    { name: "poll names all that are ready, the same twice too", proves: ["wasi:io/poll#poll"] },
    { name: "ready says whether, and does not wait", proves: ["wasi:io/poll#pollable.ready"] },
    { name: "random bytes are fresh each time", proves: ["wasi:random/random#get-random-bytes"] },
    {
      name: "three million random bytes are as many, half of their bits set",
      proves: ["wasi:random/random#get-random-bytes"],
    },
    { name: "random numbers differ", proves: ["wasi:random/random#get-random-u64"] },
    {
      name: "insecure random bytes are as many as were asked for",
      proves: ["wasi:random/insecure#get-insecure-random-bytes"],
    },
    { name: "insecure random numbers differ", proves: ["wasi:random/insecure#get-insecure-random-u64"] },
    { name: "the seed is two numbers", proves: ["wasi:random/insecure-seed#insecure-seed"] },
  ],
);
