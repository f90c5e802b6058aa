// World `counter-user`.
import { Counter, end as endCounter } from "t:trio/counters@0.1.0";

function run(first, second) {
  const [a, b] = [new Counter(first, 1), new Counter(second, 10)];
  a.add(2);
  b.add(20);
  const both = Counter.merge(a, b);
  const result = [both.name(), both.add(100)];
  for (const counter of [a, b, both]) counter[Symbol.dispose]();
  return result;
}
function end(name) {
  return endCounter(new Counter(name, 42));
}
export const tally = { run, end };
