/** wasi:io/poll: conditions as resources, and waiting for one of several. */
import { Condition } from "./condition";
import { looked, waitFor, waitForAny } from "./wait";

export class Pollable {
  constructor(readonly condition: Condition) {}

  ready(): bool {
    const ready = this.condition.ready();
    if (!ready) looked();
    return ready;
  }

  block(): void {
    waitFor(this.condition);
  }
}

export function poll(in_: Pollable[]): u32[] {
  if (in_.length == 0) throw new Error("poll was called without a pollable, which nothing would end");
  const conditions = new Array<Condition>(in_.length);
  for (let i = 0; i < in_.length; i++) conditions[i] = in_[i].condition;
  return waitForAny(conditions);
}
