/** Time, random numbers and polling, as WASI has them. */
import { ROWS } from "./rows/clocks.ts";
import { defineRows } from "./row.ts";

defineRows("wasi:clocks, wasi:random, wasi:io/poll", ROWS);
