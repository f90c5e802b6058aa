/** The control socket's file: who may open it, what it never replaces, when it goes. */
import {
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listenAt } from "../../../host-linux/control/socket-file.ts";
import { workFolder } from "../../cli/atoll.ts";

let folder: ReturnType<typeof workFolder>;
let path: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = workFolder();
  path = join(folder.path, "run.sock");
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  folder.remove();
});

function server(): Server {
  const one = createServer((connection) => connection.on("error", () => {}).end("here"));
  servers.push(one);
  return one;
}

function heard(at: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    connect(at)
      .on("data", (chunk) => (text += chunk.toString()))
      .on("end", () => resolve(text))
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
  });
}

/** What a system leaves that was ended the hard way: a socket, and nobody there. */
async function leaveStale(): Promise<void> {
  const gone = server();
  const aside = join(folder.path, "aside");
  await new Promise<void>((resolve) => gone.listen(aside, resolve));
  linkSync(aside, path);
  await new Promise((resolve) => gone.close(resolve));
  expect(await heard(path)).toBe("ECONNREFUSED");
}

test("has mode 0600 whatever the umask, answers, and is removed at the end", async () => {
  const before = process.umask(0);
  const release = await listenAt(server(), path);
  expect(process.umask(before)).toBe(0);
  expect(lstatSync(path).mode & 0o7777).toBe(0o600);
  expect(readdirSync(folder.path)).toEqual(["run.sock"]);
  expect(await heard(path)).toBe("here");
  release();
  expect(readdirSync(folder.path)).toEqual([]);
});

test("is a socket also where its path could be a port", async () => {
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    await listenAt(server(), "8080");
    expect(lstatSync("8080").isSocket()).toBe(true);
    await expect(listenAt(server(), "8080")).rejects.toThrow(/8080 is in use/);
    // So that chance has made all kinds of names for what becomes the socket.
    for (let i = 0; i < 200; i++) (await listenAt(server(), "run.sock"))();
  } finally {
    process.chdir(before);
  }
});

test("takes the place of one that a dead system left", async () => {
  await leaveStale();
  await listenAt(server(), path);
  expect(await heard(path)).toBe("here");
  expect(readdirSync(folder.path)).toEqual(["run.sock"]);
});

test("never replaces the one of a live system", async () => {
  await listenAt(server(), path);
  const { ino } = lstatSync(path);
  await expect(listenAt(server(), path)).rejects.toThrow(
    /run\.sock is in use: a system runs that listens there/,
  );
  expect(lstatSync(path).ino).toBe(ino);
  expect(await heard(path)).toBe("here");
  expect(readdirSync(folder.path)).toEqual(["run.sock"]);
});

test("of several systems that start at once over a dead one's socket, one has it", async () => {
  await leaveStale();
  const starts = await Promise.allSettled(Array.from({ length: 8 }, () => listenAt(server(), path)));
  expect(starts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await heard(path)).toBe("here");
  expect(readdirSync(folder.path)).toEqual(["run.sock"]);
});

test("does not remove what is not its own any more", async () => {
  const release = await listenAt(server(), path);
  unlinkSync(path);
  await listenAt(server(), path);
  release();
  expect(await heard(path)).toBe("here");
});

describe("refuses, and leaves nothing behind,", () => {
  afterEach(() => expect(readdirSync(folder.path).filter((name) => name.startsWith("."))).toEqual([]));

  test.each([
    ["a file", () => writeFileSync(path, "precious")],
    ["a dangling link", () => symlinkSync("nowhere", path)],
  ])("%s that is there", async (_, make) => {
    make();
    await expect(listenAt(server(), path)).rejects.toThrow(
      /run\.sock: expected nothing there, found something else\. Remove it/,
    );
    expect(lstatSync(path).isSocket()).toBe(false);
  });

  test("a folder that is not there", async () => {
    await expect(listenAt(server(), join(folder.path, "no/run.sock"))).rejects.toThrow(
      /no\/run\.sock cannot be made: there is no folder .*\/no\.$/,
    );
  });

  test("a path that the operating system would cut", async () => {
    const long = join(folder.path, `${"x".repeat(110)}.sock`);
    await expect(listenAt(server(), long)).rejects.toThrow(/expected a path of at most 107 bytes, found \d+/);
    expect(existsSync(long)).toBe(false);
  });
});
