/** The page: a list of notes, a box to search, one to write. */
import { escapeHtml } from "atoll/http";
import { Note } from "notes:store/api";
import { pageText } from "./page-text";

export function page(word: string, notes: Note[]): string {
  const items: string[] = [];
  for (let i = 0; i < notes.length; i++) items.push(`<li>${escapeHtml(notes[i].text)}</li>`);
  return pageText(escapeHtml(word), items.join(""));
}
