// @wit bench:ipc/cell-runs
//
// The caller of `u32-u8` and `borrow-method`: the work of ../../cases.ts.
import { Cell, plus } from "bench:ipc/cells";

export function runPlus(n: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) sum = plus(sum + i, <u8>i);
  return sum;
}

export function runMethod(n: u32): u32 {
  const cell = new Cell(7);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) sum = cell.plus(sum + i);
  cell.drop();
  return sum;
}
