/**
 * What lies in a place of processes that are made at run time: fields of a C structure, and how they are filled.
 *
 * In the code that works on one, `place` points to it. So an instance that lies
 * there is named `place->NAME`, and is used like a variable of the system.
 */
export class PlaceParts {
  /** Position in the plan of the process that all who live there are like. */
  readonly process: number;
  /** Declarations, by name. */
  readonly #fields = new Map<string, string>();
  /** Statements, once all instances are there. */
  readonly #fills: string[] = [];

  constructor(process: number) {
    this.process = process;
  }

  /** The C structure, which begins with a `struct place`. */
  get type(): string {
    return `struct place_${this.process}`;
  }

  /** An expression for the position of who lives there. */
  get position(): string {
    return "place->base.position";
  }

  get fields(): readonly string[] {
    return [...this.#fields.values()];
  }

  get fills(): readonly string[] {
    return this.#fills;
  }

  /** Adds a field. Returns an expression for it. */
  field(type: string, name: string): string {
    this.#fields.set(name, `${type} ${name};`);
    return `place->${name}`;
  }

  /** Adds a field that is filled so, once. Returns an expression for it. */
  filled(type: string, name: string, fields: string): string {
    const isNew = !this.#fields.has(name);
    const place = this.field(type, name);
    if (isNew) this.fill(`${place} = (${type}){${fields}};`);
    return place;
  }

  /** Adds an array, unless nothing is in it. Returns an expression for it. */
  array(type: string, name: string, values: readonly string[]): string {
    if (values.length === 0) return "NULL";
    this.#fields.set(name, `${type} ${name}[${values.length}];`);
    for (const [i, value] of values.entries()) this.fill(`place->${name}[${i}] = ${value};`);
    return `place->${name}`;
  }

  /** A statement that fills something. */
  fill(statement: string): void {
    this.#fills.push(statement);
  }
}
