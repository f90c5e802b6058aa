/**
 * Results of the HTTP devices in the transfer memory: a value, or one of the interface's errors by its name.
 */
import { storeSpan, type Transfer } from "../transfer.ts";

export class Results<Code extends string> {
  readonly #transfer: Transfer;
  readonly #codes: readonly Code[];

  /** @param codes in the order of the interface's enum. */
  constructor(transfer: Transfer, codes: readonly Code[]) {
    this.#transfer = transfer;
    this.#codes = codes;
  }

  /** An option without a value, of so many bytes. */
  none(size: number): number {
    return this.#transfer.cleared(size, 4);
  }

  /** A result with an error, of so many bytes, which are words. */
  failed(size: number, error: Code): number {
    return this.#transfer.result(size, 4, (view) => this.#error(view, 4, error));
  }

  /** A result<_, error-code>. */
  done(error: Code | undefined): number {
    if (error === undefined) return this.#transfer.cleared(2, 1);
    return this.#transfer.result(2, 1, (view) => this.#error(view, 1, error));
  }

  /** A result<u32, error-code>. */
  number(value: number | Code): number {
    return this.#transfer.result(8, 4, (view) => {
      if (typeof value === "number") view.setUint32(4, value, true);
      else this.#error(view, 4, value);
    });
  }

  /** A result<option<list<u8>>, error-code>. */
  part(bytes: Uint8Array | undefined | Code): number {
    if (typeof bytes === "string") return this.failed(16, bytes);
    const span = bytes && this.#transfer.store(bytes);
    return this.#transfer.result(16, 4, (view) => {
      if (span === undefined) return;
      view.setUint8(4, 1);
      storeSpan(view, 8, span);
    });
  }

  /** A result<list<…>, error-code>, whose list was stored at an offset. */
  list(stored: number | Code): number {
    return this.#transfer.result(12, 4, (view) => {
      if (typeof stored === "string") return this.#error(view, 4, stored);
      const list = this.#transfer.view(stored, 8);
      storeSpan(view, 4, { offset: list.getUint32(0, true), length: list.getUint32(4, true) });
    });
  }

  #error(view: DataView, payload: number, error: Code): void {
    view.setUint8(0, 1);
    view.setUint8(payload, this.#codes.indexOf(error));
  }
}
