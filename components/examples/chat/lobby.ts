// @wit chat:lobby/api
// @export chat:desk/api
// @export atoll:kernel/notices
//
// The lobby makes rooms and visitors, and holds a handle of each: it is the only
// one who can reach them. A room that dies is restarted by its supervisor, empty;
// the lobby is told, and brings its visitors back in.
import { Process as Room } from "chat:room/api-process";
import { Process as Visitor } from "chat:visitor/api-process";
import { Reason } from "atoll:kernel/types";

const rooms: Room[] = [];
const visitors: Visitor[] = [];
let perRoom: u32 = 0;
let deaths: u32 = 0;

/** What has become of everybody. */
export class Tally {
  constructor(
    public said: u64,
    public heard: u64,
    /** Rooms that died, and came back. */
    public deaths: u32,
  ) {}
}

/** Makes so many rooms, and visitors in each, who speak every so many microseconds. Returns how many processes that is. */
export function open(count: u32, each: u32, every: u64): u32 {
  perRoom = each;
  for (let room: u32 = 0; room < count; room++) {
    rooms.push(Room.spawn());
    for (let i: u32 = 0; i < each; i++) visitors.push(Visitor.spawn());
    fill(room);
  }
  for (let visitor = 0; visitor < visitors.length; visitor++) {
    visitors[visitor].enter(visitor, visitor / each, every);
  }
  return rooms.length + visitors.length;
}

function fill(room: u32): void {
  rooms[room].monitor(room);
  for (let i: u32 = 0; i < perRoom; i++) rooms[room].join(room * perRoom + i);
}

export function say(room: u32, visitor: u32, text: string): void {
  rooms[room].trySay(visitor, text);
}

export function passOn(visitor: u32, text: string): void {
  visitors[visitor].tryHear(text);
}

export function notice(room: u32, reason: Reason): void {
  deaths++;
  fill(room);
}

export function count(): Tally {
  const all = new Tally(0, 0, deaths);
  for (let i = 0; i < visitors.length; i++) {
    const evening = visitors[i].recall();
    all.said += evening.said;
    all.heard += evening.heard;
  }
  return all;
}
