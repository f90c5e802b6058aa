/**
 * The control flow of one function: its basic blocks, and which follow which.
 *
 * Edges are kept as classes. All edges out of one block are in one class, and so
 * are all edges into one block: for what is prepaid along an edge has to be the
 * same for all of these (see charges.ts).
 */
import type { Mnemonic } from "../../../wasm/index.ts";

export interface BasicBlock {
  /** Where it begins in the code: behind the instruction that begins it. */
  readonly at: number;
  /** Units of fuel that its instructions cost, lengths not counted. */
  cost: number;
  /** Loops around it. */
  depth: number;
  /** It is where a loop begins. */
  readonly loop: boolean;
  /** Classes of the edges into it and out of it. */
  in: number;
  out: number;
}

export interface Flow {
  readonly blocks: readonly BasicBlock[];
  /** Classes are numbered below this. */
  readonly classes: number;
  /** Some code branches to the function's own label. */
  readonly branchesOut: boolean;
  /** The function catches exceptions. */
  readonly catches: boolean;
}

/** The class of what leaves the function, or enters it: nothing is prepaid there. */
export const OUTSIDE = 0;

interface Frame {
  readonly opens: "function" | "block" | "loop" | "if" | "try";
  /** Class of the edges of branches to the label. */
  readonly label: number;
  /** Something reaches the label. */
  reached: boolean;
  /** Of an `if` that has had no `else`. */
  readonly head?: BasicBlock;
}

/** Instructions that end a block when they are within reach of a handler. */
const THROWS: ReadonlySet<Mnemonic> = new Set<Mnemonic>(["call", "call_indirect", "call_ref"]);
const LEAVES: ReadonlySet<Mnemonic> = new Set<Mnemonic>([
  "return",
  "return_call",
  "return_call_indirect",
  "return_call_ref",
  "throw",
  "throw_ref",
  "rethrow",
]);
const CONDITIONAL: ReadonlySet<Mnemonic> = new Set<Mnemonic>([
  "br_if",
  "br_on_null",
  "br_on_non_null",
  "br_on_cast",
  "br_on_cast_fail",
]);

/** Takes the instructions of a body, one after the other. */
export class FlowBuilder {
  readonly #blocks: BasicBlock[] = [];
  readonly #parents: number[] = [OUTSIDE];
  readonly #frames: Frame[] = [{ opens: "function", label: OUTSIDE, reached: false }];
  #depth = 0;
  #branchesOut = false;
  #catches = false;
  /** Undefined in code that nothing reaches. */
  #current: BasicBlock | undefined;

  constructor() {
    this.#begin(0);
    if (this.#current) this.#join(this.#current.in, OUTSIDE);
  }

  /** Of all that was taken; the builder is used up. */
  flow(): Flow {
    for (const block of this.#blocks) {
      block.in = this.#find(block.in);
      block.out = this.#find(block.out);
    }
    return {
      blocks: this.#blocks,
      classes: this.#parents.length,
      branchesOut: this.#branchesOut,
      catches: this.#catches,
    };
  }

  /** Loops around the next instruction. */
  get depth(): number {
    return this.#depth;
  }

  /** The block that the next instruction belongs to; undefined where nothing reaches it. */
  get current(): BasicBlock | undefined {
    return this.#current;
  }

  /** Adds what the next instruction costs. */
  pay(cost: number): void {
    if (this.#current === undefined) return;
    this.#current.cost += cost;
    this.#current.depth = Math.min(this.#current.depth, this.#depth);
  }

  /** Takes one instruction; `end` is where it ends, `labels` what it may branch to. */
  step(mnemonic: Mnemonic, end: number, labels: readonly number[]): void {
    switch (mnemonic) {
      case "block":
        return this.#open("block", this.#class());
      case "try":
        this.#catches = true;
        return this.#open("try", this.#class());
      case "try_table":
        this.#catches = true;
        for (const label of labels) this.#branch(label);
        return this.#open("block", this.#class());
      case "loop":
        return this.#loop(end);
      case "if":
        return this.#if(end);
      case "else":
        return this.#else(end);
      case "catch":
      case "catch_all":
        this.#fallThrough();
        return this.#begin(end);
      case "end":
      case "delegate":
        return this.#end(end);
      case "br":
      case "br_table":
        for (const label of labels) this.#branch(label);
        this.#current = undefined;
        return;
      case "unreachable":
        this.#current = undefined;
        return;
      default:
    }
    if (LEAVES.has(mnemonic)) {
      if (this.#current) this.#join(this.#current.out, OUTSIDE);
      this.#current = undefined;
    } else if (CONDITIONAL.has(mnemonic)) {
      for (const label of labels) this.#branch(label);
      this.#follow(end);
    } else if (this.#catches && THROWS.has(mnemonic)) this.#follow(end);
  }

  #class(): number {
    return this.#parents.push(this.#parents.length) - 1;
  }

  #find(edges: number): number {
    let root = edges;
    for (let up = this.#parents[root]; up !== undefined && up !== root; up = this.#parents[root]) {
      this.#parents[root] = this.#parents[up] ?? up;
      root = up;
    }
    return root;
  }

  #join(a: number, b: number): void {
    const [one, other] = [this.#find(a), this.#find(b)];
    this.#parents[Math.max(one, other)] = Math.min(one, other);
  }

  #open(opens: Frame["opens"], label: number, head?: BasicBlock): void {
    this.#frames.push({ opens, label, reached: false, ...(head && { head }) });
  }

  #begin(at: number, loop = false): void {
    this.#current = { at, cost: 0, depth: this.#depth, loop, in: this.#class(), out: this.#class() };
    this.#blocks.push(this.#current);
  }

  /** Begins a block that only the current one leads to. */
  #follow(at: number, loop = false): void {
    const before = this.#current;
    if (before === undefined) return;
    this.#begin(at, loop);
    if (this.#current) this.#join(before.out, this.#current.in);
  }

  #branch(label: number): void {
    const frame = this.#frames.at(-1 - label);
    if (frame === undefined || this.#current === undefined) return;
    this.#join(this.#current.out, frame.label);
    frame.reached = true;
    if (frame.opens === "function") this.#branchesOut = true;
  }

  #fallThrough(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined || this.#current === undefined) return;
    this.#join(this.#current.out, frame.label);
    frame.reached = true;
  }

  #loop(at: number): void {
    this.#depth++;
    this.#follow(at, true);
    this.#open("loop", this.#current ? this.#current.in : this.#class());
  }

  #if(at: number): void {
    const head = this.#current;
    this.#open("if", this.#class(), head);
    this.#follow(at);
  }

  #else(at: number): void {
    this.#fallThrough();
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    this.#frames.push({ opens: "block", label: frame.label, reached: frame.reached });
    this.#current = frame.head;
    if (frame.head) this.#follow(at);
  }

  #end(at: number): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    if (frame.opens === "loop") {
      this.#depth--;
      return;
    }
    if (frame.opens === "function") {
      if (this.#current) this.#join(this.#current.out, OUTSIDE);
      return;
    }
    if (frame.head) {
      this.#join(frame.head.out, frame.label);
      frame.reached = true;
    }
    if (!frame.reached) return;
    const before = this.#current;
    this.#begin(at);
    if (this.#current === undefined) return;
    this.#join(this.#current.in, frame.label);
    if (before) this.#join(before.out, this.#current.in);
  }
}
