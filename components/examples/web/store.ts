// @wit notes:store/api
//
// The notes, in a file of the granted directory: a line of JSON for each change, added at
// the end. When this process is started anew, it reads them all again. It alone can touch files.
import { Result } from "atoll";
import { Descriptor, DescriptorFlags, ErrorCode, OpenFlags, preopens } from "atoll:device/files";
import { fromUtf8, toUtf8 } from "atoll/http/utf8";
import { Json } from "atoll/json";

export class Note {
  constructor(
    public id: u32,
    public text: string,
  ) {}
}

const CHUNK: u64 = 1 << 20;

const notes = new Map<u32, Note>();
let last: u32 = 0;

const log = open();
readAll();

/** The newest notes that have the word in them, in any case; all where it is empty. */
export function find(word: string, most: u32): Note[] {
  const wanted = word.toLowerCase();
  const found: Note[] = [];
  const all = notes.values();
  for (let i = all.length - 1; i >= 0 && found.length < <i32>most; i--) {
    if (all[i].text.toLowerCase().includes(wanted)) found.push(all[i]);
  }
  return found;
}

export function get(id: u32): Note | null {
  return notes.has(id) ? notes.get(id) : null;
}

/** It is on the disk when this returns; or why it is not. */
export function add(text: string): Result<Note, string> {
  const note = new Note(last + 1, text);
  const error = write(Json.object().set("id", Json.number(note.id)).set("text", Json.text(text)));
  if (error !== null) return Result.err<Note, string>(error);
  last = note.id;
  notes.set(note.id, note);
  return Result.ok<Note, string>(note);
}

/** Whether there was such a note; or why it is still there. */
export function remove(id: u32): Result<bool, string> {
  if (!notes.has(id)) return Result.ok<bool, string>(false);
  const error = write(Json.object().set("id", Json.number(id)));
  if (error !== null) return Result.err<bool, string>(error);
  return Result.ok<bool, string>(notes.delete(id));
}

function open(): Descriptor {
  const folders = preopens();
  const file = folders[0]._0.openAt(0, "notes.jsonl", OpenFlags.Create, DescriptorFlags.Read | DescriptorFlags.Write);
  if (file.isErr) throw new Error(`notes.jsonl cannot be opened: ${ErrorCode[file.error]}`);
  return file.value;
}

/** A last line without its end was being written when the machine went down: it is taken out. */
function readAll(): void {
  let rest = new StaticArray<u8>(0);
  let offset: u64 = 0;
  while (true) {
    const part = log.read(CHUNK, offset);
    if (part.isErr) throw new Error(`notes.jsonl cannot be read: ${ErrorCode[part.error]}`);
    const bytes = part.value._0;
    offset += bytes.length;
    rest = readLines(rest.concat<StaticArray<u8>>(bytes));
    if (part.value._1 || bytes.length == 0) break;
  }
  if (rest.length > 0) log.setSize(offset - rest.length);
}

/** Returns what follows the last line end. */
function readLines(bytes: StaticArray<u8>): StaticArray<u8> {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = fromUtf8(bytes.slice<StaticArray<u8>>(0, end)).split("\n");
  for (let i = 0; i < lines.length; i++) {
    const change = Json.parse(lines[i]);
    if (change !== null) apply(change);
  }
  return bytes.slice<StaticArray<u8>>(end);
}

function apply(change: Json): void {
  const id = <u32>change.get("id").asNumber(0);
  if (id == 0) return;
  last = max(last, id);
  if (change.has("text")) notes.set(id, new Note(id, change.get("text").asText()));
  else notes.delete(id);
}

/** Null, or what was wrong; then the file is as it was before. */
function write(change: Json): string | null {
  const bytes = toUtf8(change.toString() + "\n");
  const before = log.stat();
  if (before.isErr) return ErrorCode[before.error];
  const written = log.append(bytes);
  if (written.isOk && written.value == bytes.length) {
    const synced = log.syncData();
    return synced.isErr ? ErrorCode[synced.error] : null;
  }
  log.setSize(before.value.size);
  return written.isErr ? ErrorCode[written.error] : "InsufficientSpace";
}
