// @wit bench:cell/api
//
// The process that every case talks to: what bench_cell.erl is under Erlang.

/** Messages in this life, and the sum of what was cast, since the last account. */
let served: u32 = 0;
let noted: u32 = 0;

export function step(sum: u32, i: u32): u32 {
  served++;
  return sum + i;
}

/** As `step`, and the number of the message in this life: 1 where it is the first. */
export function first(sum: u32, i: u32): u32 {
  served++;
  return sum + i + served;
}

export function note(i: u32): void {
  served++;
  noted += i;
}

/** How many messages were served since it was asked last, and the sum of the notes among them. */
export function account(): u32 {
  const sum = served + noted;
  served = 0;
  noted = 0;
  return sum;
}

export function crash(): void {
  unreachable();
}
