// Sorts a million numbers in disorder, by the language's own library.

const COUNT: i32 = 1_000_000;
const numbers = new Int32Array(COUNT);

export function load(text: StaticArray<u8>): u32 {
  return text.length;
}

export function run(round: u32): u32 {
  let seed: u32 = round + 1;
  for (let i = 0; i < COUNT; i++) {
    seed = seed * 1664525 + 1013904223;
    numbers[i] = <i32>seed;
  }
  numbers.sort();
  return <u32>(numbers[COUNT / 2] ^ numbers[10]);
}
