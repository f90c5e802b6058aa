// @wit chat:room/api
//
// A room: who is in it, and what is said goes to all others. Made by the lobby,
// hundreds of times. It knows visitors by number; it could not reach one, or
// another room, if it wanted to.
import { tryPassOn } from "chat:desk/api";

/** What no room survives: so that there is something to restart. */
const DEADLY = "/quit";

const visitors: u32[] = [];

/** Returns how many are in the room now. */
export function join(visitor: u32): u32 {
  visitors.push(visitor);
  return visitors.length;
}

export function say(visitor: u32, text: string): void {
  if (text == DEADLY) throw new Error("somebody turned the light off");
  for (let i = 0; i < visitors.length; i++) {
    if (visitors[i] != visitor) tryPassOn(visitors[i], text);
  }
}
