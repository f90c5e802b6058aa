/**
 * Places of processes that are made at run time: a C structure for each kind, and what makes the instances in one.
 *
 * What system.ts does once for a system, that does for each place; see kernel/place.h.
 */
import { RESERVED } from "../../../toolchain/link/plan.ts";
import type { Instance } from "../items.ts";
import type { Parts } from "../parts.ts";
import type { PlaceParts } from "../place-parts.ts";
import { placeBindings } from "./bindings.ts";
import { endowmentsOf } from "./endowments.ts";
import { guardStatement } from "./guards.ts";

/** What each instance is given for its imports. */
type Given = ReadonlyMap<Instance, readonly string[]>;

/** Adds to a place all that the runtime is told of it. */
export function fillPlace(parts: Parts, place: PlaceParts): void {
  const { process } = place;
  parts.inPlace(process, () => {
    const bindings = placeBindings(parts, process);
    fillBase(place, {
      binding_count: `${bindings.length}`,
      bindings: place.array("struct binding", "bindings", bindings),
      ...tables(parts, place),
      account_word:
        parts.template(process).sliceEnded === undefined ? "NULL" : parts.word(process, RESERVED.account),
      "process.inside": parts.word(process, RESERVED.inside),
      "kernel.pid": parts.word(process, RESERVED.pid),
      "kernel.authorities": place.array(
        "uint32_t *",
        "authorities",
        endowmentsOf(parts, process).map(({ word }) => word),
      ),
    });
    if (parts.process(process).mailbox !== undefined) fillDelivery(parts, place);
  });
}

/** Of its `struct place`, once its own fields are there. */
function fillBase(place: PlaceParts, fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) place.fill(`place->base.${name} = ${value};`);
}

function tables(parts: Parts, place: PlaceParts): Readonly<Record<string, string>> {
  const all = parts.plan.root.handles?.tables ?? [];
  const own = [...all.entries()].filter(([, table]) => "process" in table && table.process === place.process);
  const words = own.map(([number]) => parts.word(place.process, RESERVED.handleTable + number));
  return {
    own_tables: place.array(
      "uint32_t",
      "own_tables",
      own.map(() => "0"),
    ),
    table_words: place.array("uint32_t *", "table_words", words),
  };
}

/** One function delivers all messages. */
function fillDelivery(parts: Parts, place: PlaceParts): void {
  const { symbol, instance } = parts.merged(place.process, RESERVED.deliver);
  const fields = `(uint32_t (*)(void *, uint32_t))${symbol}, &${instance}`;
  const delivery = place.filled("struct kernel_delivery", "delivery", fields);
  fillBase(place, { "kernel.deliveries": `&${delivery}`, "kernel.delivery_count": "1" });
}

/** The structure, and the function that makes what is in it. */
export function placeCode(parts: Parts, place: PlaceParts, given: Given): string {
  const instances = parts.instances.filter((instance) => instance.place === place);
  const guards = parts.guards.filter((guard) => guard.place === place);
  const statements = [
    `${place.type} *place = (${place.type} *)(void *)base;`,
    ...instances.map((instance) => instantiation(instance, given)),
    ...guards.map(guardStatement),
    ...place.fills,
  ];
  return [
    `${place.type} {`,
    ...["struct place base;", ...place.fields].map((field) => `  ${field}`),
    "};",
    `static void make_${place.process}(struct place *base) {`,
    ...statements.map((statement) => `  ${statement}`),
    "}",
  ].join("\n");
}

export function instantiation(instance: Instance, given: Given): string {
  const values = [`&${instance.variable}`, ...(given.get(instance) ?? [])];
  return `wasm2c_${instance.module.name}_instantiate(${values.join(", ")});`;
}
