/** Streams and polling as WASI has them, whatever is behind them. */
import { ROWS } from "./rows/streams.ts";
import { defineRows } from "./row.ts";

defineRows("wasi:io", ROWS);
