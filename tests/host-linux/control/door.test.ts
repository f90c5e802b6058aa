/** The control socket as any client finds it: questions, answers, and who tries to hurt it. */
import { existsSync, lstatSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Door } from "../../../host-linux/control/door.ts";
import { workFolder } from "../../cli/atoll.ts";
import { watchedSystem, type Watched } from "./watched.ts";

let folder: ReturnType<typeof workFolder>;
let path: string;
let system: Watched;
let door: Door;
const clients: Socket[] = [];

beforeEach(async () => {
  folder = workFolder();
  path = join(folder.path, "run.sock");
  system = await watchedSystem();
  door = await Door.open(folder.path, "./run.sock");
  door.serve(system.control);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  door.close();
  folder.remove();
});

function client(): Socket {
  const socket = connect(path);
  socket.on("error", () => {});
  clients.push(socket);
  return socket;
}

/** Sends text as it stands; resolves with the first so many lines of what comes back, or all until it ends. */
async function lines(text: string, count = 1): Promise<unknown[]> {
  const socket = client();
  socket.write(text);
  const found: unknown[] = [];
  for await (const line of createInterface({ input: socket })) {
    found.push(JSON.parse(line));
    if (found.length === count) break;
  }
  return found;
}

const ask = (fields: object): string => `${JSON.stringify({ atoll: 1, ...fields })}\n`;
const error = (text: unknown): unknown => ({ atoll: 1, error: text });

test("only its owner can open it, relative to the base, and it is gone at the end", () => {
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  door.close();
  expect(existsSync(path)).toBe(false);
});

test("answers each question in a line, in order, over one connection", async () => {
  const text = ask({ ask: "processes" }) + ask({ ask: "trace" }) + ask({ ask: "kill", process: "front" });
  expect(await lines(text, 3)).toMatchObject([
    { atoll: 1, answer: { system: "chat", processes: [{ name: "chat" }, {}, {}, {}] } },
    { atoll: 1, answer: { missed: false } },
    { atoll: 1, answer: { name: "front", state: "running" } },
  ]);
  expect((await system.control.look()).processes[1]).toMatchObject({ name: "front", lastEnd: "killed" });
});

test("takes a question in pieces, and one that came before there was somebody to ask", async () => {
  const other = await Door.open(folder.path, "early.sock");
  const socket = connect(join(folder.path, "early.sock"));
  clients.push(socket);
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write('{"atoll":1,"ask"');
  const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  setTimeout(() => socket.write(':"processes"}\n'), 20);
  setTimeout(() => other.serve(system.control), 40);
  expect(JSON.parse(await answered)).toMatchObject({ atoll: 1, answer: { system: "chat" } });
  other.close();
});

describe("a bad question gets an error, and the connection goes on:", () => {
  test.each([
    ["no JSON", "who is there?\n", "expected one JSON object in a line, found something else"],
    ["nothing", "\n", "expected one JSON object in a line, found something else"],
    ["a list", "[1]\n", "expected one JSON object in a line, found something else"],
    ["no version", '{"ask":"processes"}\n', 'expected "atoll": 1, found nothing'],
    ["another version", '{"atoll":2,"ask":"processes"}\n', 'expected "atoll": 1, found 2'],
    [
      "something unknown",
      ask({ ask: "dump" }),
      'expected "ask" to be processes, trace, kill or stop, found "dump"',
    ],
    [
      "a trace since nonsense",
      ask({ ask: "trace", after: "x" }),
      'expected "after" to be a whole number, found "x"',
    ],
    ["a kill of nobody", ask({ ask: "kill" }), 'expected "process" to be a name or a pid, found nothing'],
    [
      "a kill of a list",
      ask({ ask: "kill", process: [1] }),
      'expected "process" to be a whole number, found [1]',
    ],
    [
      "a stop of somebody unknown",
      ask({ ask: "stop", process: 77 }),
      "chat: expected the name or pid of a process, found 77; there are chat, front, store, rooms.",
    ],
  ])("%s", async (_, text, message) => {
    const [first, second] = await lines(text + ask({ ask: "processes" }), 2);
    expect(first).toEqual(error(message));
    expect(second).toMatchObject({ answer: { system: "chat" } });
  });
});

describe("somebody hostile hurts only his own connection:", () => {
  afterEach(async () => {
    expect(await lines(ask({ ask: "processes" }))).toMatchObject([{ answer: { system: "chat" } }]);
  });

  test("a line without an end", async () => {
    expect(await lines("x".repeat(5000), 2)).toEqual([error("expected a line of at most 4096 bytes")]);
  });

  test("a line that is too long, and ends", async () => {
    expect(await lines(`${"x".repeat(4096)}\n`, 2)).toEqual([error("expected a line of at most 4096 bytes")]);
  });

  test("bytes that are no text", async () => {
    const socket = client();
    socket.write(Buffer.from([0xff, 0, 0xc0, 0x80, 10]));
    const [line] = await new Promise<string[]>((resolve) =>
      socket.once("data", (data) => resolve(data.toString().split("\n"))),
    );
    expect(JSON.parse(line ?? "")).toEqual(error("expected one JSON object in a line, found something else"));
  });

  test("one who asks and goes away, many times", async () => {
    for (let i = 0; i < 50; i++) {
      const socket = client();
      await new Promise<void>((resolve) => {
        socket.once("connect", () => socket.write(ask({ ask: "trace" }), () => resolve()));
        socket.once("close", () => resolve());
      });
      socket.destroy();
    }
  });

  test("one who asks and never reads the answers", async () => {
    const socket = client();
    socket.pause();
    const question = ask({ ask: "trace" });
    socket.write(question.repeat(100_000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    // It is not read any more, so what it writes stays with it.
    expect(socket.writableLength).toBeGreaterThan(0);
    socket.destroy();
  });
});

test("more connections than there is room for are closed, and the others go on", async () => {
  const first = client();
  await new Promise<void>((resolve) => first.once("connect", resolve));
  const others = Array.from({ length: 30 }, () => client());
  const closed = Promise.all(
    others.slice(15).map((socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()))),
  );
  await closed;
  first.write(ask({ ask: "processes" }));
  const data = await new Promise<string>((resolve) =>
    first.once("data", (chunk) => resolve(chunk.toString())),
  );
  expect(JSON.parse(data)).toMatchObject({ answer: { system: "chat" } });
});
