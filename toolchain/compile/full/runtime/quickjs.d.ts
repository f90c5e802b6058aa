// The globals that a program has in QuickJS, beside those of JavaScript itself.
declare const console: Record<
  "log" | "info" | "debug" | "warn" | "error" | "trace",
  (...values: unknown[]) => void
>;
declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array;
}
declare class TextDecoder {
  readonly encoding: "utf-8";
  decode(bytes?: Uint8Array | ArrayBuffer): string;
}
declare const performance: { now(): number };
declare function atob(text: string): string;
declare function btoa(text: string): string;
declare function queueMicrotask(callback: () => void): void;
