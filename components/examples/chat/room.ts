// @wit chat:room/api
//
// A room: who is in it, and what is said goes to all others. Made by the lobby,
// hundreds of times. Of its visitors it has what they have handed over: it can be
// heard by them, and no more; another room it could not reach if it wanted to.
import { Process as Ears } from "chat:ears/api-process";

/** What no room survives: so that there is something to restart. */
const DEADLY = "/quit";

const visitors: u32[] = [];
const ears: Ears[] = [];

export function join(visitor: u32, listener: Ears): void {
  visitors.push(visitor);
  ears.push(listener);
}

export function say(visitor: u32, text: string): void {
  if (text == DEADLY) throw new Error("somebody turned the light off");
  for (let i = 0; i < visitors.length; i++) {
    if (visitors[i] != visitor) ears[i].tryHear(text);
  }
}
