// World `failing-provider`.
let count: u32 = 0;

export function fail(depth: u32): u32 {
  count++;
  if (depth > 100) throw new Error(`${depth} is too deep`);
  return depth;
}
export function calls(): u32 {
  return count;
}
