// World `counter-user`.
import { Tuple2 } from "atoll";
import { Counter, end as endCounter } from "t:trio/counters@0.1.0";

export function run(first: string, second: string): Tuple2<string, i32> {
  const a = new Counter(first, 1);
  const b = new Counter(second, 10);
  a.add(2);
  b.add(20);
  const both = Counter.merge(a, b);
  const result = new Tuple2<string, i32>(both.name(), both.add(100));
  both.drop();
  a.drop();
  b.drop();
  return result;
}
export function end(name: string): i32 {
  return endCounter(new Counter(name, 42));
}
