// World `failing-provider`.
let count = 0;

function fail(depth) {
  count++;
  if (depth > 100) throw new Error(`${depth} is too deep`);
  return depth;
}
export const failing = { fail, calls: () => count };
