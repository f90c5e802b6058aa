/** Sockets as WASI has them, in a process that talks to itself. */
import { ROWS } from "./rows/sockets.ts";
import { defineRows } from "./row.ts";

defineRows("wasi:sockets", ROWS);
