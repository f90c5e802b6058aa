/** Numbers as people read them: three digits and a unit. */

/** Nanoseconds in. */
export function duration(ns: number): string {
  if (ns < 1000) return `${digits(ns)} ns`;
  if (ns < 1e6) return `${digits(ns / 1000)} µs`;
  return `${digits(ns / 1e6)} ms`;
}

export function factor(ratio: number): string {
  return `${ratio >= 100 ? Math.round(ratio).toLocaleString("en") : digits(ratio)}×`;
}

function digits(n: number): string {
  if (n >= 100) return n.toFixed(0);
  return n >= 10 ? n.toFixed(1) : n.toFixed(2);
}
