/** Granted directories, as WASI has them. */
import { afterAll } from "vitest";
import { removeFolder, ROWS } from "./rows/filesystem.ts";
import { defineRows } from "./row.ts";

afterAll(removeFolder);
defineRows("wasi:filesystem", ROWS);
