/**
 * A Unix socket that only its owner can open, and that never replaces a live one.
 *
 * The socket is bound under another name, with its mode from the first moment
 * on, and then linked to its path. Linking fails where something is already,
 * so two systems that start at once cannot both have it, and a socket at the
 * path has always been listened on. What was left behind by a system that was
 * ended the hard way is told by nobody answering there, and removed.
 */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, lstatSync, renameSync, rmSync, type Stats, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname, join, relative, resolve } from "node:path";
import { HostError } from "../host-error.ts";

/** Bytes of a path that the operating system takes, without the NUL (unix(7), `sun_path`). */
const PATH_BYTES = 107;
/** No permission but reading and writing of the owner: 0600. */
const UMASK = 0o177;
/** Others may come and go at the path meanwhile, but not for ever. */
const ATTEMPTS = 10;

/**
 * Lets a server listen at a path; what is returned ends that and removes the socket. It sets the process's
 * umask for a moment: to be called before other threads of the process make files.
 * Throws HostError when the socket cannot be made, or another system listens there.
 */
export async function listenAt(server: Server, path: string): Promise<() => void> {
  const place = shortest(path);
  const hidden = beside(place);
  await bind(server, hidden, path);
  const { ino } = lstatSync(hidden);
  try {
    await publish(hidden, place, path);
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(hidden, { force: true }); // closing a server removes what it was bound to
  }
  return () => {
    server.close();
    if (statOf(place)?.ino === ino) unlinkSync(place);
  };
}

/** The shorter one of the absolute path and that from the working directory. Throws HostError when both are too long. */
export function shortest(path: string): string {
  const absolute = resolve(path);
  const fromHere = relative(process.cwd(), absolute) || ".";
  const [shorter = absolute] = [absolute, fromHere].toSorted(
    (a, b) => Buffer.byteLength(a) - Buffer.byteLength(b),
  );
  const bytes = Math.max(Buffer.byteLength(shorter), Buffer.byteLength(beside(shorter)));
  if (bytes > PATH_BYTES) {
    throw new HostError(
      `The control socket ${path}: expected a path of at most ${PATH_BYTES} bytes, found ${bytes}, which the operating system does not take. Choose a shorter one in system.ts.`,
    );
  }
  return shorter;
}

/** Its name is never a number, which Node would take for a port. */
function beside(path: string): string {
  return join(dirname(path), `.s${randomBytes(4).toString("hex")}`);
}

async function bind(server: Server, hidden: string, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("listening", resolve).once("error", reject);
  const before = process.umask(UMASK);
  try {
    server.listen({ path: hidden }); // binds before it returns; a text alone may be a port
  } finally {
    process.umask(before);
  }
  await promise.catch((error: unknown) => {
    throw refused(path, error);
  });
  server.off("error", reject);
}

async function publish(hidden: string, place: string, path: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return linkSync(hidden, place);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw refused(path, error);
    }
    await removeStale(place, path);
  }
  throw new HostError(`The control socket ${path}: others make and remove it all the time.`);
}

/** Throws HostError unless what is there is a socket that nobody listens on. */
async function removeStale(place: string, path: string): Promise<void> {
  const there = statOf(place);
  if (there === undefined) return;
  if (!there.isSocket()) {
    throw new HostError(
      `The control socket ${path}: expected nothing there, found something else. Remove it, or choose another path in system.ts.`,
    );
  }
  if (await isLive(place, path)) {
    throw new HostError(
      `The control socket ${path} is in use: a system runs that listens there, perhaps this one. End it first, or choose another path in system.ts.`,
    );
  }
  discard(place, there.ino);
}

async function isLive(place: string, path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const connection = connect({ path: place });
  connection.once("connect", () => resolve(undefined));
  connection.once("error", (error) => resolve(codeOf(error)));
  const code = await promise;
  connection.destroy();
  if (code === "ECONNREFUSED" || code === "ENOENT") return false;
  if (code === undefined || code === "EAGAIN") return true;
  throw refused(path, { code });
}

/** By renaming, which only one can do: if it is not the dead one that was moved away, it goes back. */
function discard(place: string, ino: number): void {
  const aside = beside(place);
  try {
    renameSync(place, aside);
    if (statOf(aside)?.ino !== ino) linkSync(aside, place);
    unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw refused(place, error);
  }
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function refused(path: string, error: unknown): HostError {
  const code = codeOf(error);
  // For a folder that is not there, binding says EACCES.
  if (!existsSync(dirname(resolve(path)))) {
    return new HostError(`The control socket ${path} cannot be made: there is no folder ${dirname(path)}.`);
  }
  const why = code === "EACCES" || code === "EPERM" ? "it is not permitted there" : code;
  return new HostError(`The control socket ${path} cannot be made: ${why}.`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
