// @wit chat:visitor/api
// @export atoll:kernel/alarms
//
// A visitor: says something when its alarm rings, sets the next one, and counts
// what it hears. Made by the lobby, thousands of times.
import { trySay } from "chat:desk/api";
import { setAlarm } from "atoll:kernel/time";

/** Every so many visitors, one is rude: its third sentence ends the room. */
const RUDE: u32 = 500;

let me: u32 = 0;
let room: u32 = 0;
let pause: u64 = 0;
let said: u32 = 0;
let heard: u32 = 0;

/** What a visitor has been through. */
export class Evening {
  constructor(
    public said: u32,
    public heard: u32,
  ) {}
}

/** `every`: microseconds between two sentences. Visitors begin at different times. */
export function enter(visitor: u32, into: u32, every: u64): void {
  me = visitor;
  room = into;
  pause = every;
  setAlarm(0, ((<u64>visitor * 7919) % 1000) * every / 1000);
}

export function alarm(token: u32): void {
  said++;
  const rude = me % RUDE == RUDE - 1 && said == 3;
  trySay(room, me, rude ? "/quit" : `sentence ${said} of visitor ${me}`);
  setAlarm(0, pause);
}

export function hear(text: string): void {
  heard++;
}

export function recall(): Evening {
  return new Evening(said, heard);
}
