/**
 * Full-text search as four isolated apps: who runs, who may call whom, who holds what.
 *
 *     query ──▶ index ──▶ tokenizer
 *       │         │
 *       └────────▶└──▶ corpus ──▶ (directory)
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { console, defineSystem, directory } from "atoll-os";

/** The Markdown files of Atoll's own dependencies, from a checkout or beside an installed package. */
const DEFAULT_TEXTS = ["../../../node_modules", "../../../.."]
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(path));

export default defineSystem(({ arguments: [texts], terminal }) => ({
  name: "search",
  processes: {
    corpus: {
      component: "./corpus.ts",
      grants: [directory(texts === undefined ? (DEFAULT_TEXTS ?? ".") : resolve(texts))],
    },
    tokenizer: {
      component: "./tokenizer.ts",
    },
    index: {
      component: "./index.ts",
      imports: { "search:corpus/api": "corpus", "search:tokenizer/api": "tokenizer" },
    },
    query: {
      component: "./query.ts",
      imports: { "search:corpus/api": "corpus", "search:index/api": "index" },
      grants: [console()],
      configuration: {
        queries: "source map; capability; install with npm; linear memory",
        ...(terminal ? { ask: "yes" } : {}),
      },
    },
  },
  supervisor: { strategy: "one_for_one", intensity: 3, window: 5000 },
  entry: "query",
}));
