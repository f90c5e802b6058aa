// The globals that a program has in QuickJS by WASI.
declare const console: Record<
  | "log"
  | "info"
  | "debug"
  | "warn"
  | "error"
  | "trace"
  | "dir"
  | "dirxml"
  | "table"
  | "group"
  | "groupCollapsed"
  | "groupEnd",
  (...values: unknown[]) => void
> &
  Record<"count" | "countReset" | "time" | "timeEnd", (label?: string) => void> & {
    assert(is?: boolean, ...values: unknown[]): void;
    timeLog(label?: string, ...values: unknown[]): void;
  };
declare const crypto: {
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
};
declare function setTimeout<A extends unknown[]>(
  callback: (...args: A) => void,
  milliseconds?: number,
  ...args: A
): number;
declare function setInterval<A extends unknown[]>(
  callback: (...args: A) => void,
  milliseconds?: number,
  ...args: A
): number;
declare function setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): number;
declare function clearTimeout(id?: number): void;
declare function clearInterval(id?: number): void;
declare function clearImmediate(id?: number): void;
