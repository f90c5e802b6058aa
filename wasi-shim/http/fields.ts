/** wasi:http/types, `fields`: headers and trailers, names compared without case. */
import { Result, Tuple2, Void } from "atoll";
import {
  HeaderError,
  HeaderErrorForbidden,
  HeaderErrorImmutable,
  HeaderErrorInvalidSyntax,
} from "wasi:http/types";
import { isForbidden, isToken, isValue, lengthOf } from "./field-rules";

export type Field = Tuple2<string, StaticArray<u8>>;
type Changed = Result<Void, HeaderError>;

export class Fields {
  private list: Field[] = [];
  private isFixed: bool = false;

  static fromList(entries: Field[]): Result<Fields, HeaderError> {
    const made = new Fields();
    for (let i = 0; i < entries.length; i++) {
      const added = made.append(entries[i]._0, entries[i]._1);
      if (added.isErr) return Result.err<Fields, HeaderError>(added.error);
    }
    return Result.ok<Fields, HeaderError>(made);
  }

  /** What a guest may see of what came, and not change. */
  static received(fields: Field[]): Fields {
    const made = new Fields();
    for (let i = 0; i < fields.length; i++) {
      if (!isForbidden(fields[i]._0)) made.list.push(fields[i]);
    }
    made.isFixed = true;
    return made;
  }

  get(name: string): StaticArray<u8>[] {
    const found: StaticArray<u8>[] = [];
    for (let i = 0; i < this.list.length; i++) {
      if (isSame(this.list[i]._0, name)) found.push(this.list[i]._1);
    }
    return found;
  }

  has(name: string): bool {
    return this.get(name).length > 0;
  }

  set(name: string, value: StaticArray<u8>[]): Changed {
    for (let i = 0; i < value.length; i++) {
      if (!isValue(value[i])) return refused(new HeaderErrorInvalidSyntax());
    }
    const deleted = this.delete_(name);
    if (deleted.isErr) return deleted;
    for (let i = 0; i < value.length; i++) this.list.push(new Tuple2(name, value[i]));
    return deleted;
  }

  delete_(name: string): Changed {
    const wrong = this.wrongWith(name);
    if (wrong !== null) return refused(wrong);
    const kept: Field[] = [];
    for (let i = 0; i < this.list.length; i++) {
      if (!isSame(this.list[i]._0, name)) kept.push(this.list[i]);
    }
    this.list = kept;
    return CHANGED;
  }

  append(name: string, value: StaticArray<u8>): Changed {
    if (!isValue(value)) return refused(new HeaderErrorInvalidSyntax());
    const wrong = this.wrongWith(name);
    if (wrong !== null) return refused(wrong);
    this.list.push(new Tuple2(name, value));
    return CHANGED;
  }

  entries(): Field[] {
    return this.list;
  }

  clone(): Fields {
    const made = new Fields();
    made.list = this.list.slice();
    return made;
  }

  drop(): void {}

  /** For those who look at headers that somebody has: they change no more. */
  fixed(): Fields {
    const made = this.clone();
    made.isFixed = true;
    return made;
  }

  /** What `content-length` says; -1 where it says nothing. */
  length(): i64 {
    const values = this.get("content-length");
    return values.length == 0 ? -1 : lengthOf(values[0]);
  }

  private wrongWith(name: string): HeaderError | null {
    if (!isToken(name)) return new HeaderErrorInvalidSyntax();
    if (isForbidden(name)) return new HeaderErrorForbidden();
    return this.isFixed ? new HeaderErrorImmutable() : null;
  }
}

const CHANGED: Changed = Result.ok<Void, HeaderError>(Void.value);

function refused(error: HeaderError): Changed {
  return Result.err<Void, HeaderError>(error);
}

function isSame(one: string, other: string): bool {
  return one.length == other.length && one.toLowerCase() == other.toLowerCase();
}
