/** `--ring`, for the commands that make images of the bare machine. */
import { Option } from "commander";
import type { Ring } from "../host-metal/hal/parts.ts";

/** What commander gives for it: RING_OF has the number. */
export type RingText = "0" | "3";

export const RING_OF: Readonly<Record<RingText, Ring>> = { 0: 0, 3: 3 };

export function ringOption(): Option {
  const what =
    "of the processor, for the system: beside the hardware layer (0, the default), or walled off (3)";
  return new Option("--ring <RING>", what).choices(["0", "3"]);
}
