// Random numbers from the seed that the host gave: the same seed, the same run.
// The generator is SplitMix64 (Steele, Lea, Flood 2014); it spreads backoffs and guards no secret.

let state: u64 = 0;

export function seedRandom(low: i32, high: i32): void {
  state = ((<u64>(<u32>high)) << 32) | <u64>(<u32>low);
}

/** 0 up to, and with, `most`. */
export function randomUpTo(most: i64): i64 {
  state += 0x9e3779b97f4a7c15;
  let z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z = z ^ (z >> 31);
  return <i64>((z >> 1) % <u64>(most + 1));
}
