/**
 * Results of `atoll:device/files` in the transfer memory.
 *
 * Laid out as CanonicalABI.md says: the discriminant, 0 ok or 1 error, and the
 * payload, or the position of the error, behind it (offsets in bytes):
 *
 *      payload                         at  all   descriptor-stat      directory-entry
 *      none; enum; flags                1    2     0 type               0 type
 *      handle                           4    8     8 link-count         4 name
 *      list or string: offset, length   4   12    16 size              12
 *      a list and a bool                4   16    24, 32, 40 times
 *      u64                              8   16    48
 *      hash: two u64                    8   24
 *      descriptor-stat                  8   56
 */
import type { BigIntStats } from "node:fs";
import { storeSpan, type Span, type Transfer } from "../transfer.ts";
import { typeOf } from "./attributes.ts";
import type { Entry } from "./entries.ts";
import { FileError } from "./error.ts";

const ENTRY = { size: 12, alignment: 4 } as const;
const LAST_U64 = 2n ** 64n - 1n;

type Store = (view: DataView) => void;

/** Each calls `make` and stores what it returns, or the FileError that it throws; returns the offset. */
export class Results {
  readonly #transfer: Transfer;
  readonly #checkStop: () => void;

  /** @param checkStop see `DeviceContext`. */
  constructor(transfer: Transfer, checkStop: () => void) {
    this.#transfer = transfer;
    this.#checkStop = checkStop;
  }

  nothing(make: () => void): number {
    return this.#store(2, 1, () => {
      make();
      return () => {};
    });
  }

  /** An enum, or few flags. */
  small(make: () => number): number {
    return this.#store(2, 1, () => {
      const value = make();
      return (view) => view.setUint8(1, value);
    });
  }

  handle(make: () => number): number {
    return this.#store(8, 4, () => {
      const handle = make();
      return (view) => view.setUint32(4, handle, true);
    });
  }

  u64(make: () => number): number {
    return this.#store(16, 8, () => {
      const value = BigInt(make());
      return (view) => view.setBigUint64(8, value, true);
    });
  }

  span(make: () => Span): number {
    return this.#store(12, 4, () => {
      const span = make();
      return (view) => storeSpan(view, 4, span);
    });
  }

  bytesAndEnd(make: () => Span & { readonly isEnd: boolean }): number {
    return this.#store(16, 4, () => {
      const read = make();
      return (view) => {
        storeSpan(view, 4, read);
        view.setUint8(12, read.isEnd ? 1 : 0);
      };
    });
  }

  hash(make: () => readonly [bigint, bigint]): number {
    return this.#store(24, 8, () => {
      const [lower, upper] = make();
      return (view) => {
        view.setBigUint64(8, lower, true);
        view.setBigUint64(16, upper, true);
      };
    });
  }

  stat(make: () => BigIntStats): number {
    return this.#store(56, 8, () => {
      const stat = make();
      return (view) => {
        view.setUint8(8, typeOf(stat));
        const words = [stat.nlink, stat.size, stat.atimeNs, stat.mtimeNs, stat.ctimeNs];
        words.forEach((word, i) => view.setBigUint64(16 + 8 * i, asU64(word), true));
      };
    });
  }

  entries(make: () => readonly Entry[]): number {
    return this.span(() => {
      const named = make().map(({ name, type }) => ({ type, span: this.#transfer.storeString(name) }));
      return this.#transfer.storeList(named, ENTRY, (view, at, { type, span }) => {
        view.setUint32(at, type, true);
        storeSpan(view, at + 4, span);
      });
    });
  }

  #store(size: number, payload: 1 | 4 | 8, make: () => Store): number {
    this.#checkStop();
    const made = storeOrError(make);
    return this.#transfer.result(size, payload, (view) => {
      if (!(made instanceof FileError)) return made(view);
      view.setUint8(0, 1);
      view.setUint8(payload, made.position);
    });
  }
}

function storeOrError(make: () => Store): Store | FileError {
  try {
    return make();
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

/** Times before 1970 are 0. */
function asU64(value: bigint): bigint {
  if (value < 0n) return 0n;
  return value > LAST_U64 ? LAST_U64 : value;
}
