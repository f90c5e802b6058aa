// World `counter-provider`.
let count: u32 = 0;

export class Counter {
  private count: i32;
  constructor(
    private label: string,
    start: i32,
  ) {
    this.count = start;
    count++;
  }
  add(n: i32): i32 {
    return (this.count += n);
  }
  name(): string {
    return this.label;
  }
  static merge(a: Counter, b: Counter): Counter {
    return new Counter(`${a.label}+${b.label}`, a.count + b.count);
  }
  drop(): void {
    count--;
  }
  value(): i32 {
    return this.count;
  }
}
export function end(c: Counter): i32 {
  const value = c.value();
  c.drop();
  return value;
}
export function alive(): u32 {
  return count;
}
