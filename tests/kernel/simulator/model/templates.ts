/** Which templates can work. */
import {
  FIELD_BACKOFF,
  FIELD_BACKOFF_LIMIT,
  FIELD_INTENSITY,
  FIELD_KIND,
  FIELD_PRIORITY,
  FIELD_RESTART,
  FIELD_STRATEGY,
  FIELD_WINDOW,
} from "../../../../kernel/abi.ts";

export function isSound(template: readonly number[]): boolean {
  const of = (field: number): number => template[field] ?? 0;
  if (of(FIELD_RESTART) > 2 || of(FIELD_BACKOFF) > of(FIELD_BACKOFF_LIMIT)) return false;
  if (of(FIELD_KIND) === 1) return of(FIELD_PRIORITY) < 4;
  return of(FIELD_KIND) === 2 && of(FIELD_STRATEGY) <= 3 && of(FIELD_INTENSITY) <= 16 && of(FIELD_WINDOW) > 0;
}
