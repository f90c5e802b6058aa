/** HTTP, as WASI has it. */
import { afterAll } from "vitest";
import { endService, ROWS } from "./rows/http.ts";
import { defineRows } from "./row.ts";

afterAll(endService);

defineRows("wasi:http", ROWS);
