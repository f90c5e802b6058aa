/** What a command finds, as WASI has it: arguments, environment, standard streams, its end. */
import { ROWS } from "./rows/cli.ts";
import { defineRows } from "./row.ts";

defineRows("wasi:cli", ROWS);
