// @wit chat:visitor/api
// @export chat:ears/api
// @export atoll:kernel/alarms
// @export atoll:kernel/notices
//
// A visitor: goes into the room that it was given a handle of, and hands over one
// of itself. It says something when its alarm rings, sets the next one, and counts
// what it hears. Made by the lobby, thousands of times.
import { Process as Ears } from "chat:ears/api-process";
import { Process as Room } from "chat:room/api-process";
import { setAlarm } from "atoll:kernel/time";
import { Reason } from "atoll:kernel/types";

/** Every so many visitors, one is rude: its third sentence ends the room. */
const RUDE: u32 = 500;

let me: u32 = 0;
let room: Room | null = null;
let inside = false;
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
export function enter(visitor: u32, into: Room, every: u64): void {
  me = visitor;
  room = into;
  pause = every;
  goIn(into);
  setAlarm(0, ((<u64>visitor * 7919) % 1000) * every / 1000);
}

/** The room is told of nothing but a pair of ears, and the visitor of the room's end. */
function goIn(into: Room): void {
  inside = into.tryJoin(me, Ears.provider()).isOk && into.tryMonitor(0).isOk;
}

export function alarm(token: u32): void {
  const here = room;
  if (here === null) return;
  if (!inside) goIn(here);
  said++;
  const rude = me % RUDE == RUDE - 1 && said == 3;
  // Whoever turns the light off falls with the room.
  if (rude) here.link();
  here.trySay(me, rude ? "/quit" : `sentence ${said} of visitor ${me}`);
  setAlarm(0, pause);
}

/** The room has ended; it comes back empty, under the same handle. */
export function notice(token: u32, reason: Reason): void {
  const here = room;
  if (here !== null) goIn(here);
}

export function hear(text: string): void {
  heard++;
}

export function recall(): Evening {
  return new Evening(said, heard);
}
