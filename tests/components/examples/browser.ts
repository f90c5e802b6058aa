/**
 * A page in headless Chromium, from Debian's package, driven over its DevTools protocol.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHROMIUM = "chromium";

/** Why no browser can be had here; undefined where there is one. */
export const NO_BROWSER: string | undefined =
  spawnSync(CHROMIUM, ["--version"]).status === 0
    ? undefined
    : `there is no ${CHROMIUM}: apt-get install chromium`;

export interface Page {
  /** Goes there, and waits until it is loaded. */
  readonly open: (url: string) => Promise<void>;
  /** The value of an expression in the page, that of a promise when it is settled. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: object };
}

export async function openBrowser(): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "atoll-browser-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const ports = ["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(CHROMIUM, [...flags, ...ports], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "close");
  const door = await doorOf(child.stderr);
  const pages = (await (await fetch(`http://${door}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(pages[0]?.webSocketDebuggerUrl ?? "");
  await once(socket, "open");
  const call = caller(socket);
  await call("Page.enable", {});
  return {
    open: async (url) => {
      const loaded = happened(socket, "Page.loadEventFired");
      await call("Page.navigate", { url });
      await loaded;
    },
    evaluate: async (expression) => {
      const wanted = { expression, awaitPromise: true, returnByValue: true };
      let { result, error } = await call("Runtime.evaluate", wanted);
      // A page that another one takes the place of meanwhile never settles its promises.
      while (error !== undefined && /navigated|context/.test(error.message))
        ({ result, error } = await call("Runtime.evaluate", wanted));
      if (error !== undefined) throw new Error(error.message);
      if (result?.exceptionDetails !== undefined) throw new Error(JSON.stringify(result.exceptionDetails));
      return result?.result?.value;
    },
    close: async () => {
      socket.close();
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Host and port of its protocol, which it says once it is there. */
async function doorOf(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = "";
  for await (const chunk of stderr) {
    said += String(chunk);
    const found = /DevTools listening on ws:\/\/([^/]+)\//.exec(said)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`Chromium did not start: ${said}`);
}

function caller(socket: WebSocket): (method: string, params: object) => Promise<Answer> {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  return (method, params) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

function happened(socket: WebSocket, method: string): Promise<void> {
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent): void => {
      if ((JSON.parse(String(data)) as Answer).method !== method) return;
      socket.removeEventListener("message", listen);
      resolve();
    };
    socket.addEventListener("message", listen);
  });
}
