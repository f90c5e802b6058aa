// @wit chat:lobby/api
// @export atoll:kernel/notices
//
// The lobby makes rooms and visitors, and brings them together: each visitor gets a
// handle of its room. From then on they talk to each other, and the lobby is not in
// the way: it hears of a room's end, and asks everybody how the evening was.
import { Functions, Process as Room } from "chat:room/api-process";
import { Process as Visitor } from "chat:visitor/api-process";
import { Reason } from "atoll:kernel/types";

/** How many sentences of one visitor a room takes in a second. */
const SENTENCES: u32 = 20;

const rooms: Room[] = [];
const visitors: Visitor[] = [];
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
  for (let number: u32 = 0; number < count; number++) {
    const room = Room.spawn();
    room.monitor(number);
    rooms.push(room);
    for (let i: u32 = 0; i < each; i++) {
      const visitor = Visitor.spawn();
      visitor.enter(visitors.length, room.narrow(Functions.Join | Functions.Say, 0, SENTENCES, 0), every);
      visitors.push(visitor);
    }
  }
  return rooms.length + visitors.length;
}

export function notice(room: u32, reason: Reason): void {
  deaths++;
  rooms[room].monitor(room);
}

export function count(): Tally {
  const all = new Tally(0, 0, deaths);
  for (let i = 0; i < visitors.length; i++) {
    // Some have left: with a room that they ended.
    const evening = visitors[i].tryRecall();
    if (evening.isErr) continue;
    all.said += evening.value.said;
    all.heard += evening.value.heard;
  }
  return all;
}
