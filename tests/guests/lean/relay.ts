// World `relay`.
import { change as echoChange, Item, join as echoJoin, twice as echoTwice } from "t:trio/echo@0.1.0";
import { Result } from "atoll";

export function change(i: Item): Item {
  return echoChange(i);
}
export function twice(s: string): string {
  return echoTwice(s);
}
export function join(parts: string[]): Result<string, string> {
  return echoJoin(parts);
}
