/**
 * One JSON value, of any kind.
 *
 * Numbers are f64, as in JavaScript: integers are exact up to 2⁵³. An object keeps its
 * members in the order in which they were set.
 */
import { readJson } from "./reader";
import { writeJson } from "./writer";

export enum JsonKind {
  /** What `get` and `at` return for what is not there. Written as `null`. */
  Missing,
  Null,
  Bool,
  Number,
  Text,
  List,
  Object,
}

@final
export class Json {
  /** Of a list or an object. */
  private items: Json[] = NOTHING;
  /** Of an object: names of its members, each once. */
  private names: string[] = NO_NAMES;
  /** Where each name stands, once there are many. */
  private places: Map<string, i32> | null = null;

  private constructor(
    readonly kind: JsonKind,
    private number: f64,
    private held: string,
  ) {}

  /** Reads a text that is JSON from its beginning to its end (RFC 8259); null for any other. At most 128 deep. */
  static parse(text: string): Json | null {
    return readJson(text);
  }

  static get none(): Json {
    return NONE;
  }

  static bool(value: bool): Json {
    return value ? TRUE : FALSE;
  }

  /** What is not finite is written as `null`. */
  static number(value: f64): Json {
    return new Json(JsonKind.Number, value, "");
  }

  static text(value: string): Json {
    return new Json(JsonKind.Text, 0, value);
  }

  /** An empty list, to be filled by `push`. */
  static list(): Json {
    const list = new Json(JsonKind.List, 0, "");
    list.items = [];
    return list;
  }

  /** An object without members, to be filled by `set`. */
  static object(): Json {
    const object = new Json(JsonKind.Object, 0, "");
    object.items = [];
    object.names = [];
    return object;
  }

  /** Adds to a list, and returns it. On anything else it does nothing. */
  push(item: Json): Json {
    if (this.kind == JsonKind.List) this.items.push(item);
    return this;
  }

  /** Sets a member of an object, and returns the object. On anything else it does nothing. */
  set(name: string, value: Json): Json {
    if (this.kind != JsonKind.Object) return this;
    const place = this.placeOf(name);
    if (place >= 0) {
      this.items[place] = value;
      return this;
    }
    const places = this.places;
    if (places !== null) places.set(name, this.names.length);
    this.names.push(name);
    this.items.push(value);
    return this;
  }

  /** A member of an object; a missing value where there is none. */
  get(name: string): Json {
    const place = this.placeOf(name);
    return place < 0 ? MISSING : this.items[place];
  }

  /** An item of a list, or a member of an object in the order of its names; a missing value where there is none. */
  at(index: i32): Json {
    return index >= 0 && index < this.items.length ? this.items[index] : MISSING;
  }

  /** How many items a list has, or members an object; 0 for all else. */
  get length(): i32 {
    return this.items.length;
  }

  /** The names of an object's members. */
  keys(): string[] {
    return this.names.slice(0);
  }

  /** Whether an object has such a member. */
  has(name: string): bool {
    return this.placeOf(name) >= 0;
  }

  get isMissing(): bool {
    return this.kind == JsonKind.Missing;
  }

  /** Its text, or `other` where it is none. */
  asText(other: string = ""): string {
    return this.kind == JsonKind.Text ? this.held : other;
  }

  /** Its number, or `other` where it is none. */
  asNumber(other: f64 = NaN): f64 {
    return this.kind == JsonKind.Number ? this.number : other;
  }

  /** Whether it is true; `other` where it is neither true nor false. */
  asBool(other: bool = false): bool {
    return this.kind == JsonKind.Bool ? this.number != 0 : other;
  }

  /** As JSON, without spaces. */
  toString(): string {
    return writeJson(this);
  }

  /** For the constants below alone. */
  static constant(kind: JsonKind, number: f64): Json {
    return new Json(kind, number, "");
  }

  private placeOf(name: string): i32 {
    const names = this.names;
    if (names.length <= FEW) return names.indexOf(name);
    let places = this.places;
    if (places === null) {
      places = new Map<string, i32>();
      for (let i = 0; i < names.length; i++) places.set(names[i], i);
      this.places = places;
    }
    return places.has(name) ? places.get(name) : -1;
  }
}

/** Up to so many members are looked through one by one. */
const FEW = 8;
const NOTHING: Json[] = [];
const NO_NAMES: string[] = [];
const MISSING = Json.constant(JsonKind.Missing, 0);
const NONE = Json.constant(JsonKind.Null, 0);
const TRUE = Json.constant(JsonKind.Bool, 1);
const FALSE = Json.constant(JsonKind.Bool, 0);
