// World `counter-provider`.
let count = 0;

class Counter {
  constructor(name, start) {
    this.label = name;
    this.count = start;
    count++;
  }
  add(n) {
    this.count += n;
    return this.count;
  }
  name() {
    return this.label;
  }
  static merge(a, b) {
    return new Counter(`${a.label}+${b.label}`, a.count + b.count);
  }
}
function end(counter) {
  return counter.count;
}
export const counters = { Counter, end, alive: () => count };
