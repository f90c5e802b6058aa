// @wit bench:spinner/api
//
// A process in an endless loop.

let turns: u64 = 0;

export function spin(): void {
  while (true) turns++;
}
