/** Variants: a discriminant, and the payload of the case; a subclass for each case. */
import { flattenType, variantLayout } from "../../abi/index.ts";
import type { AsCase } from "../as-type.ts";
import type { Body } from "../body.ts";
import { ABI } from "../source-file.ts";
import { keyOf, nameOf, spell } from "../spell.ts";
import { address, coreParams, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";
import { joinedLocals, liftPayload, lowerPayload } from "./joined.ts";
import { constructClass } from "./record.ts";

type Variant = OfKind<"variant">;

export const variantCodec: KindCodec<Variant> = {
  load(codec, type, at, offset) {
    const name = codec.file.helper(`load ${keyOf(type)}`, `load${nameOf(type)}`, (name) =>
      writeLoad(codec, type, name),
    );
    return `${name}(${address(at, offset)})`;
  },

  store(codec, body, type, value, at, offset) {
    const name = codec.file.helper(`store ${keyOf(type)}`, `store${nameOf(type)}`, (name) =>
      writeStore(codec, type, name),
    );
    body.line(`${name}(${value}, ${address(at, offset)});`);
  },

  lift(codec, type, values) {
    const name = codec.file.helper(`lift ${keyOf(type)}`, `lift${nameOf(type)}`, (name) =>
      writeLift(codec, type, name),
    );
    return `${name}(${values.join(", ")})`;
  },

  lower(codec, body, type, value) {
    const locals = joinedLocals(body, type.cases, "which");
    eachCase(codec, body, type, value, (c, i, held) => {
      body.line(`${locals[0]} = ${i};`);
      if (c.type !== undefined) lowerPayload(codec, body, type.cases, c.type, held, locals.slice(1));
    });
    return locals;
  },
};

/** An if-chain over the subclasses. */
function eachCase(
  codec: Codec,
  body: Body,
  type: Variant,
  value: string,
  write: (c: AsCase, index: number, held: string) => void,
): void {
  const { file } = codec;
  const object = body.local("variant", value);
  const unknown = file.use({ module: ABI, name: "unknownCase" });
  const names = type.cases.map((c) => c.class.name).join(", ");
  body.chain([
    ...type.cases.map((c, i) => {
      const cls = file.use(c.class);
      const held = (): string =>
        c.type === undefined ? "" : body.local("payload", `changetype<${cls}>(${object}).${payloadField(c)}`);
      return [`${object} instanceof ${cls}`, () => write(c, i, held())] as const;
    }),
    [undefined, () => body.line(`${unknown}("a ${type.as.name} must be one of ${names}");`)],
  ]);
}

function payloadField(c: AsCase): string {
  return c.identifier ?? "value";
}

function constructCase(codec: Codec, c: AsCase, value: string | undefined): string {
  const fields = c.type === undefined ? [] : [{ label: c.label, identifier: payloadField(c), type: c.type }];
  return constructClass(codec, c.class, c.construct, fields, value ?? "");
}

function writeLoad(codec: Codec, type: Variant, name: string): string {
  const { payloadOffset, discriminantSize } = variantLayout(type.cases);
  const body = codec.file.body();
  const at = body.fresh("at");
  writeSwitch(body, `load<u${8 * discriminantSize}>(${at})`, type, (c) =>
    constructCase(codec, c, c.type === undefined ? undefined : codec.load(c.type, at, payloadOffset)),
  );
  return `function ${name}(${at}: usize): ${spell(codec.file, type)} {\n${body.text()}\n}`;
}

function writeLift(codec: Codec, type: Variant, name: string): string {
  const body = codec.file.body();
  const which = body.fresh("which");
  const params = coreParams(body, flattenType(type).slice(1));
  writeSwitch(body, which, type, (c) =>
    constructCase(
      codec,
      c,
      c.type === undefined ? undefined : liftPayload(codec, type.cases, c.type, params.names),
    ),
  );
  const list = [`${which}: i32`, ...(params.text === "" ? [] : [params.text])].join(", ");
  return `function ${name}(${list}): ${spell(codec.file, type)} {\n${body.text()}\n}`;
}

/** One return per case; the adapter has checked the discriminant, so there is no other. */
function writeSwitch(body: Body, on: string, type: Variant, make: (c: AsCase) => string): void {
  body.block(`switch (${on})`, () => {
    for (const [i, c] of type.cases.entries()) {
      body.line(`case ${i}: return ${make(c)};`);
    }
    body.line("default: return unreachable();");
  });
}

function writeStore(codec: Codec, type: Variant, name: string): string {
  const { payloadOffset, discriminantSize } = variantLayout(type.cases);
  const body = codec.file.body();
  const value = body.fresh("value");
  const at = body.fresh("at");
  eachCase(codec, body, type, value, (c, i, held) => {
    storeLine(body, `u${8 * discriminantSize}`, String(i), at, 0);
    if (c.type !== undefined) codec.store(body, c.type, held, at, payloadOffset);
  });
  return `function ${name}(${value}: ${spell(codec.file, type)}, ${at}: usize): void {\n${body.text()}\n}`;
}
