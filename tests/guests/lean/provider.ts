// World `provider`.
import { Char, Result, Tuple2 } from "atoll";

export enum Colour {
  Red,
  Green,
  Blue,
}
export enum Rights {
  Read = 1,
  Write = 2,
  Run = 4,
}
export abstract class Shape {}
export class ShapeNothing extends Shape {}
export class ShapeCircle extends Shape {
  constructor(public value: f64) {
    super();
  }
}
export class ShapeNamed extends Shape {
  constructor(public value: string) {
    super();
  }
}
export class Item {
  constructor(
    public name: string,
    public tags: string[],
    public counts: u16[],
    public colour: Colour,
    public rights: Rights,
    public shape: Shape,
    public note: string | null,
    public letter: Char,
    public big: i64,
    public small: i8,
    public ok: bool,
    public pair: Tuple2<u16, f32>,
  ) {}
}

export function change(i: Item): Item {
  i.small++;
  i.counts.reverse();
  return i;
}
export function twice(s: string): string {
  return `${s}-${s}`;
}
export function join(parts: string[]): Result<string, string> {
  if (parts.length === 0) return Result.err<string, string>("nothing to join");
  return Result.ok<string, string>(parts.join(""));
}
