// @wit http:pool/app@0.1.0
// @export atoll:kernel/alarms
//
// How many instances of a handler there are: between `min` and `max`, by the requests
// that wait. It makes one when requests wait and nobody is idle; those over `min` end by
// themselves when they were idle for long enough. One that crashes is gone, with the
// request that it crashed in, and another is made when there is something to do.
//
// Its priority is the lowest: when it runs, every instance that could take a request has
// done so. A handler that never waits so has one instance, however much there is to do.
import { get } from "atoll:device/configuration";
import { writeLine } from "atoll:device/console";
import { ending, listensAt, load } from "atoll:device/http-server";
import { Process } from "atoll:http/worker-process";
import { self } from "atoll:kernel/process";
import { setAlarm } from "atoll:kernel/time";
import { wait } from "atoll:kernel/wakeup";

const FOR_EVER: u64 = u64.MAX_VALUE;
const MILLISECOND: u64 = 1_000_000;
/** Until it tries again to make an instance, when that has failed: doubled each time. */
const FIRST_PAUSE: u64 = 10 * MILLISECOND;
const LONGEST_PAUSE: u64 = 2_000 * MILLISECOND;

const min = number("min");
const max = number("max");
const idle = <u64>number("idle") * MILLISECOND;

const workers = new Map<u32, Process>();
/** Numbers of those that never end by themselves. */
const kept = new Set<u32>();
/** What an earlier life of this process has made is told of, too, and by other numbers. */
let last: u32 = self().life << 20;
let isRunning = false;

if (self().life == 1) writeLine(`http://${listensAt()}`);

// Nobody has to call it: where the system's entry is another process, this begins by itself.
setAlarm(0, 0);

export function alarm(token: u32): void {
  if (!isRunning) run();
}

/** Until the system ends, and all that was asked before is answered. */
export function run(): void {
  isRunning = true;
  let pause = FIRST_PAUSE;
  while (true) {
    const now = load();
    forget(now.departed);
    const isEnding = ending();
    // Those that have nothing to do leave then.
    if (isEnding && now.waiting == 0 && workers.size == 0) return;
    const isAsked = now.waiting > now.idle && workers.size < <i32>max;
    const isNeeded = isAsked || (kept.size < <i32>min && !isEnding);
    if (!isNeeded) {
      wait(FOR_EVER);
    } else if (start()) {
      pause = FIRST_PAUSE;
      // The new one takes what waits.
      wait(0);
    } else {
      wait(pause);
      pause = min64(pause * 2, LONGEST_PAUSE);
    }
  }
}

/** False when none could be made: its program does not start, or there is no room. */
function start(): bool {
  const made = Process.trySpawn();
  if (made.isErr) return false;
  const isKept = kept.size < <i32>min;
  const process = made.value;
  if (process.tryServe(++last, isKept ? FOR_EVER : idle).isErr) {
    process.drop();
    return false;
  }
  workers.set(last, process);
  if (isKept) kept.add(last);
  return true;
}

/** Those that have left end; of those that have crashed there is only the handle. */
function forget(departed: u32[]): void {
  for (let i = 0; i < departed.length; i++) {
    const worker = departed[i];
    if (!workers.has(worker)) continue;
    workers.get(worker).drop();
    workers.delete(worker);
    kept.delete(worker);
  }
}

function min64(a: u64, b: u64): u64 {
  return a < b ? a : b;
}

function number(key: string): u32 {
  const text = get(key);
  return text === null ? 0 : U32.parseInt(text);
}
