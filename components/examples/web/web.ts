// @wit notes:web/app
// @export atoll:http/handler
//
// A page, and the same as JSON. It is granted nothing: what it knows of notes, it knows
// from the store.
import {
  badRequest, Context, html, Json, json, noContent, notFound, redirect, Request, Response, Router, text,
} from "atoll/http";
import { Note, tryAdd, tryFind, tryGet, tryRemove } from "notes:store/api";
import { page } from "./page";

const MOST_NOTES: u32 = 200;
const LONGEST: i32 = 2000;
const WHAT_A_NOTE_IS = `A note is a text of 1 to ${LONGEST} characters.`;

const router = new Router();

router.get("/", (c) => {
  const word = wordOf(c);
  const found = tryFind(word, MOST_NOTES);
  return found.isErr ? away() : html(page(word, found.value));
});

router.post("/", (c) => {
  const written = c.form("text");
  if (written === null || !isNote(written)) return badRequest(WHAT_A_NOTE_IS);
  const added = tryAdd(written.trim());
  if (added.isErr) return away();
  return added.value.isErr ? full(added.value.error) : redirect("/");
});

router.get("/notes", (c) => {
  const found = tryFind(wordOf(c), MOST_NOTES);
  if (found.isErr) return away();
  const list = Json.list();
  for (let i = 0; i < found.value.length; i++) list.push(asJson(found.value[i]));
  return json(list);
});

router.post("/notes", (c) => {
  const body = c.json();
  const written = body === null ? "" : body.get("text").asText();
  if (!isNote(written)) return badRequest(WHAT_A_NOTE_IS);
  const added = tryAdd(written.trim());
  if (added.isErr) return away();
  return added.value.isErr ? full(added.value.error) : json(asJson(added.value.value), 201);
});

router.get("/notes/:id", (c) => {
  const found = tryGet(U32.parseInt(c.param("id")));
  if (found.isErr) return away();
  const note = found.value;
  return note === null ? notFound() : json(asJson(note));
});

router.delete("/notes/:id", (c) => {
  const removed = tryRemove(U32.parseInt(c.param("id")));
  if (removed.isErr) return away();
  if (removed.value.isErr) return full(removed.value.error);
  return removed.value.value ? noContent() : notFound();
});

export function handle(request: Request): Response {
  return router.handle(request);
}

function isNote(written: string): bool {
  const length = written.trim().length;
  return length > 0 && length <= LONGEST;
}

function wordOf(c: Context): string {
  const word = c.query("word");
  return word === null ? "" : word.trim();
}

function asJson(note: Note): Json {
  return Json.object().set("id", Json.number(note.id)).set("text", Json.text(note.text));
}

/** The store has died, and is about to be there again. */
function away(): Response {
  return text("The notes are away for a moment. Try again.", 503);
}

function full(why: string): Response {
  return text(`The note cannot be kept: ${why}.`, 507);
}
