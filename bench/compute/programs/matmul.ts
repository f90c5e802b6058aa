// Product of two matrices of 128 × 128 f64, row by column as in the textbook.

const N: i32 = 128;
const a = new Float64Array(N * N);
const b = new Float64Array(N * N);
const c = new Float64Array(N * N);

export function load(text: StaticArray<u8>): u32 {
  return text.length;
}

export function run(round: u32): u32 {
  for (let i = 0; i < N * N; i++) {
    a[i] = <f64>((i * 7 + <i32>round) % 13);
    b[i] = <f64>((i * 5) % 11);
  }
  multiply();
  let sum: f64 = 0;
  for (let i = 0; i < N; i++) sum += c[i * N + i];
  return <u32>sum;
}

function multiply(): void {
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
      c[i * N + j] = sum;
    }
  }
}
