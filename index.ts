/** The package's public door for `system.ts`: `import { defineSystem, … } from "atoll-os"`. */
export {};
