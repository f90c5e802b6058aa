// @dialect full
// @wasi none
//
// ../web.ts once more, in TypeScript as it is: closures, regular expressions, JSON, try and catch.
// A call to the store returns, throws the store's fault, or returns the store's own error.
import type { Request, Response } from "atoll:http/types";
import { add, find, get, type Note, remove } from "notes:store/api-guarded";
import { pageText } from "../page-text.ts";

const MOST_NOTES = 200;
const LONGEST = 2000;
const WHAT_A_NOTE_IS = `A note is a text of 1 to ${LONGEST} characters.`;

type Handler = (request: Request, id: number) => Response;

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ["GET", /^\/$/, (request) => html(page(wordOf(request), find(wordOf(request), MOST_NOTES)))],
  ["POST", /^\/$/, (request) => keep(fields(textOf(request.body)).get("text"), () => answer(303, "", { location: "/" }))],
  ["GET", /^\/notes$/, (request) => json(find(wordOf(request), MOST_NOTES))],
  ["POST", /^\/notes$/, (request) => keep(textIn(request.body), (note) => json(note, 201))],
  ["GET", /^\/notes\/(\d+)$/, (_, id) => found(get(id))],
  ["DELETE", /^\/notes\/(\d+)$/, (_, id) => taken(id)],
];

export function handle(request: Request): Response {
  const path = request.target.replace(/\?.*/s, "");
  for (const [method, pattern, handler] of ROUTES) {
    const match = pattern.exec(path);
    if (match === null || method !== request.method) continue;
    try {
      return handler(request, Number(match[1] ?? 0));
    } catch (error) {
      // A fault is a text; anything else is a defect, and ends this worker.
      if (typeof error !== "string") throw error;
      return answer(503, "The notes are away for a moment. Try again.");
    }
  }
  return answer(404, "There is nothing here.");
}

function page(word: string, notes: readonly Note[]): string {
  return pageText(escapeHtml(word), notes.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join(""));
}

function keep(written: string | undefined, kept: (note: Note) => Response): Response {
  const text = written?.trim() ?? "";
  if (text === "" || text.length > LONGEST) return answer(400, WHAT_A_NOTE_IS);
  const added = add(text);
  return added.tag === "ok" ? kept(added.val) : full(added.val);
}

function found(note: Note | null): Response {
  return note === null ? answer(404, "There is no such note.") : json(note);
}

function taken(id: number): Response {
  const removed = remove(id);
  if (removed.tag === "err") return full(removed.val);
  return removed.val ? answer(204, "") : answer(404, "There is no such note.");
}

function full(why: string): Response {
  return answer(507, `The note cannot be kept: ${why}.`);
}

function wordOf({ target }: Request): string {
  return fields(/\?(.*)/s.exec(target)?.[1] ?? "").get("word")?.trim() ?? "";
}

function fields(encoded: string): Map<string, string> {
  const decode = (text = ""): string => {
    const spaced = text.replaceAll("+", " ");
    try {
      return decodeURIComponent(spaced);
    } catch {
      return spaced;
    }
  };
  return new Map(encoded.split("&").map((pair) => pair.split("=")).map(([name, value]) => [decode(name), decode(value)]));
}

function textIn(body: Uint8Array): string | undefined {
  try {
    const { text } = JSON.parse(textOf(body)) as { text?: unknown };
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

function html(text: string): Response {
  return answer(200, text, { "content-type": "text/html; charset=utf-8" });
}

function json(value: unknown, status = 200): Response {
  return answer(status, JSON.stringify(value), { "content-type": "application/json" });
}

function answer(status: number, text: string, headers: Record<string, string> = {}): Response {
  const type = { "content-type": "text/plain; charset=utf-8" };
  return { status, headers: Object.entries({ ...type, ...headers }), body: new TextEncoder().encode(text) };
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replaceAll(/[&<>"']/g, (character) => `&${names[character]};`);
}
