/**
 * The one error of reading a plan file: what is wrong, and where in it.
 */
export class PlanError extends Error {
  override readonly name = "PlanError";
  /** Such as `root.edges.0.consumer`, or `byte 12`. */
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`link plan, ${where}: ${problem}`);
    this.where = where;
  }
}
