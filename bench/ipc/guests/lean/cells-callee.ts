// @wit bench:ipc/cells
//
// The callee of `u32-u8` and `borrow-method` as an ordinary Atoll app.
const cells = new StaticArray<u32>(256);
for (let k = 0; k < 256; k++) cells[k] = k * 7;

export function plus(a: u32, cell: u8): u32 {
  return a + cells[cell];
}

export class Cell {
  private value: u32;
  constructor(value: u32) {
    this.value = value;
  }
  plus(a: u32): u32 {
    return a + this.value;
  }
}
