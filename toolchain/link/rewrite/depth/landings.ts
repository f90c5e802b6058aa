/**
 * Where a body is left, and where it goes on with an exception that it caught.
 *
 * A handler's label is the end of a block or the begin of a loop; others may
 * come that way too. In the legacy form code follows `catch` itself.
 */
import { instructionsOf, type InstructionReader } from "../../../wasm/index.ts";

export interface Landings {
  /** Places in the code, in no order. */
  readonly caught: readonly number[];
  /** Before each instruction that leaves the function for its caller, or for a tail call. */
  readonly leaves: readonly number[];
  /** Some code branches to the function's own label. */
  readonly branchesOut: boolean;
}

interface Frame {
  /** Behind the instruction that begins a loop. */
  readonly loop?: number;
  catches: boolean;
}

export function landings(code: Uint8Array): Landings {
  const caught = new Set<number>();
  const leaves: number[] = [];
  const frames: Frame[] = [{ catches: false }];
  let branchesOut = false;
  const cursor = instructionsOf(code);
  while (cursor.next()) {
    const { mnemonic, start, end } = cursor;
    const labels = labelsOf(cursor);
    if (labels.some((label) => label === frames.length - 1)) branchesOut = true;
    switch (mnemonic) {
      case "block":
      case "if":
      case "try":
        frames.push({ catches: false });
        break;
      case "loop":
        frames.push({ loop: end, catches: false });
        break;
      case "try_table":
        // Its labels count from outside of it.
        for (const label of labels) catchAt(frames.at(-1 - label), caught);
        frames.push({ catches: false });
        break;
      case "catch":
      case "catch_all":
        caught.add(end);
        break;
      case "end":
      case "delegate":
        if (frames.pop()?.catches === true && frames.length > 0) caught.add(end);
        break;
      case "return":
      case "return_call":
      case "return_call_indirect":
      case "return_call_ref":
        leaves.push(start);
        break;
      default:
    }
  }
  return { caught: [...caught], leaves, branchesOut };
}

function catchAt(frame: Frame | undefined, caught: Set<number>): void {
  if (frame?.loop !== undefined) caught.add(frame.loop);
  else if (frame !== undefined) frame.catches = true;
}

export function labelsOf(cursor: InstructionReader): readonly number[] {
  const labels: number[] = [];
  for (let i = 0; i < cursor.count; i++) {
    const { kind, value } = cursor.operand(i);
    if (kind === "label") labels.push(value);
  }
  return labels;
}
