/**
 * What one validation carries along: the place, the budget of work, the tables of equal types.
 *
 * A hostile component of some kilobytes can name types whose written-out size
 * is exponential. Every step over a type is counted, and depth is limited, so
 * that validation ends with an error instead.
 */
import { SECTION, type SpecSection, ValidationError, type ValidationProblem } from "./error.ts";

/** Steps over types, about one second. Components of megabytes take some ten thousand. */
const MAX_STEPS = 1_000_000;
/** How deep types may nest through their indices. Far below the stack's end. */
const MAX_TYPE_DEPTH = 100;
/** Asynchronous features beyond these are not told apart any more. */
const MAX_USES = 1000;

/** An asynchronous feature that a component uses, and where. */
export interface AsyncUse {
  /** Such as `canon waitable-set.new`, `async function type` or `stream type`. */
  readonly feature: string;
  readonly path: string;
  readonly offset: number;
}

export class Context {
  readonly asyncUses: AsyncUse[] = [];
  readonly #path: string[] = ["component"];
  readonly #ids = new Map<string, number>();
  #offset = 0;
  #steps = 0;
  #fresh = 0;

  /** Checks with one more step in the path of errors. */
  within<T>(step: string, offset: number | undefined, check: () => T): T {
    const outer = this.#offset;
    this.#path.push(step);
    if (offset !== undefined) this.#offset = offset;
    const result = check();
    this.#path.pop();
    this.#offset = outer;
    return result;
  }

  get place(): { path: string; offset: number } {
    return { path: this.#path.join(" / "), offset: this.#offset };
  }

  fail(section: SpecSection, rule: string, expected?: string, found?: string): never {
    return this.#throw({ kind: "invalid", rule, section, expected, found });
  }

  /** Refuses a gated feature. */
  notYet(feature: string): never {
    return this.#throw({ kind: "not yet", rule: feature, section: SECTION.gated });
  }

  limit(rule: string, expected: string, found: string): never {
    return this.#throw({ kind: "limit", rule, section: SECTION.type, expected, found });
  }

  #throw(problem: ValidationProblem): never {
    throw new ValidationError(this.place, problem);
  }

  /** Counts work that does not come down to the bytes of one definition. */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) {
      this.limit(
        "the types of a component are too large",
        `at most ${MAX_STEPS} steps to compare them`,
        "more",
      );
    }
  }

  checkDepth(depth: number): number {
    if (depth > MAX_TYPE_DEPTH) {
      this.limit("types nest too deep", `at most ${MAX_TYPE_DEPTH} levels`, `${depth}`);
    }
    return depth;
  }

  uses(feature: string): void {
    if (this.asyncUses.length < MAX_USES) this.asyncUses.push({ feature, ...this.place });
  }

  /** One number for each distinct structure: equal numbers are equal types. */
  intern(structure: string): number {
    const known = this.#ids.get(structure);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(structure, id);
    return id;
  }

  /** A number for something that is equal to nothing else. */
  fresh(): number {
    return this.#fresh++;
  }
}
