/** Time, random numbers, and waiting for one of several. */
import { poll, Pollable } from "wasi:io/poll";
import { now, resolution, subscribeDuration, subscribeInstant } from "wasi:clocks/monotonic-clock";
import { now as wallNow, resolution as wallResolution } from "wasi:clocks/wall-clock";
import { getRandomBytes, getRandomU64 } from "wasi:random/random";
import { getInsecureRandomBytes, getInsecureRandomU64 } from "wasi:random/insecure";
import { insecureSeed } from "wasi:random/insecure-seed";
import { check } from "./check";

const MILLISECOND: u64 = 1_000_000;
const HOUR: u64 = 3_600_000 * MILLISECOND;

export function run(): void {
  clocks();
  pollables();
  random();
}

function clocks(): void {
  let last = now();
  let back = 0;
  for (let i = 0; i < 1000; i++) {
    const time = now();
    if (time < last) back++;
    last = time;
  }
  check("the monotonic clock never goes back", back == 0, back.toString());
  check(
    "a tick of the monotonic clock is below a millisecond",
    resolution() > 0 && resolution() < MILLISECOND,
  );
  const wall = wallNow();
  // 2020 to 2100.
  const isNow = wall.seconds > 1_577_836_800 && wall.seconds < 4_102_444_800;
  check(
    "the wall clock counts seconds since 1970",
    isNow && wall.nanoseconds < 1_000_000_000,
    wall.seconds.toString(),
  );
  const tick = wallResolution();
  check("a tick of the wall clock is below a second", tick.seconds == 0 && tick.nanoseconds > 0);
}

function pollables(): void {
  const begun = now();
  const soon = subscribeDuration(20 * MILLISECOND);
  const early = soon.ready();
  soon.block();
  const took = now() - begun;
  check(
    "a duration is over when it has passed",
    !early && soon.ready() && took >= 20 * MILLISECOND,
    took.toString(),
  );
  const when = now() + 5 * MILLISECOND;
  const instant = subscribeInstant(when);
  instant.block();
  check("an instant comes at its time", now() >= when && subscribeInstant(0).ready());
  const far = subscribeInstant(u64.MAX_VALUE);
  const longest = subscribeDuration(u64.MAX_VALUE);
  check("an instant behind the end of time never comes", !far.ready() && !longest.ready());
  const later = subscribeDuration(HOUR);
  const next = subscribeDuration(10 * MILLISECOND);
  const come = poll([later, next, far]);
  check("poll waits for the first of several", come.length == 1 && come[0] == 1, come.toString());
  const all = poll([soon, later, instant, soon]);
  check("poll names all that are ready, the same twice too", all.join() == "0,2,3", all.join());
  spin();
}

/** Looks without waiting: a device and a time have to come all the same. */
function spin(): void {
  const soon = subscribeDuration(10 * MILLISECOND);
  let looks: u64 = 0;
  while (!soon.ready()) looks++;
  check("ready says whether, and does not wait", looks > 0, looks.toString());
}

function random(): void {
  const small = getRandomBytes(32);
  const again = getRandomBytes(32);
  check(
    "random bytes are fresh each time",
    small.length == 32 && !same(small, again) && getRandomBytes(0).length == 0,
  );
  const many = getRandomBytes(3_000_000);
  let ones: u64 = 0;
  for (let i = 0; i < many.length; i++) ones += popcnt<u32>(many[i]);
  const isEven = ones > 11_950_000 && ones < 12_050_000;
  check(
    "three million random bytes are as many, half of their bits set",
    many.length == 3_000_000 && isEven,
    ones.toString(),
  );
  check("random numbers differ", getRandomU64() != getRandomU64());
  const insecure = getInsecureRandomBytes(5000);
  check("insecure random bytes are as many as were asked for", insecure.length == 5000 && !allZero(insecure));
  check("insecure random numbers differ", getInsecureRandomU64() != getInsecureRandomU64());
  const seed = insecureSeed();
  check("the seed is two numbers", seed._0 != seed._1);
}

function same(a: StaticArray<u8>, b: StaticArray<u8>): bool {
  for (let i = 0; i < a.length; i++) if (a[i] != b[i]) return false;
  return true;
}

function allZero(bytes: StaticArray<u8>): bool {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] != 0) return false;
  return true;
}
