/** Arbitrary components for fast-check: every definition and type, indices at random. */
import * as fc from "fast-check";
import { type component, index } from "../../../toolchain/wasm/index.ts";
import { bytes, MODULE } from "./samples.ts";

/** An index into any space; mostly small, sometimes of more than one byte. */
function anIndex<T extends number>(): fc.Arbitrary<T> {
  return fc.oneof(fc.nat(5), fc.nat(0xffff_ffff)).map((n) => index<never>(n) as unknown as T);
}
const name = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: "grapheme", maxLength: 4 }));
const binary = fc.uint8Array({ maxLength: 12 });
function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: 3 });
}
/** A record in which the keys of `optional` may be absent. */
function withOptional<T, U>(
  required: { [K in keyof T]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof U]: fc.Arbitrary<U[K]> },
): fc.Arbitrary<T & Partial<U>> {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) as never }) as never;
}
function constant<const T>(value: T): fc.Arbitrary<T> {
  return fc.constant<T>(value);
}

const primitive = fc.constantFrom<component.PrimitiveType>(
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "string",
  "error-context",
);
const valueType: fc.Arbitrary<component.ValueType> = fc.oneof(primitive, anIndex<never>());
const labelled = fc.record({ label: name, type: valueType });

const coreSort = fc.constantFrom<component.CoreSort>(
  "core func",
  "core table",
  "core memory",
  "core global",
  "core tag",
  "core type",
  "core module",
  "core instance",
);
const sort: fc.Arbitrary<component.Sort> = fc.oneof(
  coreSort,
  fc.constantFrom<component.Sort>("func", "value", "type", "component", "instance"),
);
const sortIndex: fc.Arbitrary<component.SortIndex> = fc.record({ sort, index: anIndex<number>() });

const externName: fc.Arbitrary<component.ExternName> = fc.oneof(
  fc.record({ name, form: fc.constantFrom(0 as const, 1 as const), attributes: constant([]) }),
  fc.record({
    name,
    form: constant(2),
    attributes: few<component.NameAttribute>(
      fc.oneof(
        fc.record({ kind: constant("implements"), interface: name }),
        fc.record({ kind: constant("versionsuffix"), suffix: name }),
        fc.record({ kind: constant("external-id"), id: name }),
      ),
    ),
  }),
);

const externType: fc.Arbitrary<component.ExternType> = fc.oneof(
  fc.record({ kind: constant("core module"), type: anIndex<never>() }),
  fc.record({
    kind: fc.constantFrom("func" as const, "component" as const, "instance" as const),
    type: anIndex<never>(),
  }),
  fc.record({
    kind: constant("value"),
    bound: fc.oneof(
      fc.record({ kind: constant("eq"), index: anIndex<never>() }),
      fc.record({ kind: constant("type"), type: valueType }),
    ),
  }),
  fc.record({
    kind: constant("type"),
    bound: fc.oneof(
      fc.record({ kind: constant("eq"), index: anIndex<never>() }),
      constant({ kind: "sub resource" }),
    ),
  }),
);

const alias: fc.Arbitrary<component.Alias> = fc.oneof(
  fc.record({ kind: constant("export"), sort, instance: anIndex<never>(), name }),
  fc.record({ kind: constant("core export"), sort: coreSort, instance: anIndex<never>(), name }),
  fc.record({
    kind: constant("outer"),
    sort: fc.constantFrom<component.Sort>("core module", "core type", "component", "type"),
    count: anIndex<number>(),
    index: anIndex<number>(),
  }),
);

const coreValType = fc.oneof(
  fc.constantFrom("i32" as const, "i64" as const, "f32" as const, "f64" as const, "v128" as const),
  fc.record({
    nullable: fc.boolean(),
    heap: fc.oneof(fc.constantFrom("func" as const, "extern" as const, "any" as const), anIndex<never>()),
  }),
);
const composite = fc.oneof(
  fc.record({ kind: constant("func"), params: few(coreValType), results: few(coreValType) }),
  fc.record({
    kind: constant("struct"),
    fields: few(fc.record({ storage: fc.oneof(coreValType, constant("i8")), mutable: fc.boolean() })),
  }),
);
const subType = fc.record({ final: fc.boolean(), supertypes: few(anIndex<never>()), composite });
const coreExternType = fc.oneof(
  fc.record({ kind: fc.constantFrom("func" as const, "tag" as const), type: anIndex<never>() }),
  fc.record({
    kind: constant("memory"),
    type: withOptional(
      { min: fc.nat().map(BigInt) },
      { max: fc.nat().map(BigInt), shared: constant(true), pageSizeLog2: fc.nat(16) },
    ),
  }),
  fc.record({ kind: constant("global"), type: fc.record({ type: coreValType, mutable: fc.boolean() }) }),
);

const { coreType, type } = fc.letrec<{ coreType: component.CoreType; type: component.Type }>((tie) => ({
  coreType: fc.oneof(
    { maxDepth: 3, depthIdentifier: "core type" },
    fc.record({ kind: constant("rec"), types: few(subType) }),
    fc.record({
      kind: constant("sub"),
      type: fc.record({ final: constant(false), supertypes: few(anIndex<never>()), composite }),
    }),
    fc.record({
      kind: constant("module"),
      declarations: few<component.CoreModuleDeclaration>(
        fc.oneof(
          fc.record({ kind: constant("import"), module: name, name, type: coreExternType }),
          fc.record({ kind: constant("type"), type: tie("coreType") }),
          fc.record({ kind: constant("alias"), count: anIndex<number>(), index: anIndex<never>() }),
          fc.record({ kind: constant("export"), name, type: coreExternType }),
        ),
      ),
    }),
  ),
  type: fc.oneof(
    { maxDepth: 3, depthIdentifier: "type" },
    fc.record({ kind: constant("primitive"), type: primitive }),
    fc.record({ kind: constant("record"), fields: few(labelled) }),
    fc.record({ kind: constant("variant"), cases: few(withOptional({ label: name }, { type: valueType })) }),
    withOptional({ kind: constant("list"), element: valueType }, { length: fc.nat() }),
    fc.record({ kind: constant("map"), key: valueType, value: valueType }),
    fc.record({ kind: constant("tuple"), types: few(valueType) }),
    fc.record({ kind: fc.constantFrom("flags" as const, "enum" as const), labels: few(name) }),
    fc.record({ kind: constant("option"), type: valueType }),
    withOptional({ kind: constant("result") }, { ok: valueType, err: valueType }),
    fc.record({ kind: fc.constantFrom("own" as const, "borrow" as const), resource: anIndex<never>() }),
    withOptional({ kind: fc.constantFrom("stream" as const, "future" as const) }, { element: valueType }),
    withOptional({ kind: constant("resource"), rep: coreValType }, { destructor: anIndex<never>() }),
    withOptional(
      { kind: constant("func"), async: fc.boolean(), params: few(labelled) },
      { result: valueType },
    ),
    fc.record({
      kind: constant("component"),
      declarations: few<component.ComponentDeclaration>(
        fc.oneof(
          declaration(tie("type"), tie("coreType")),
          fc.record({ kind: constant("import"), name: externName, type: externType }),
        ),
      ),
    }),
    fc.record({ kind: constant("instance"), declarations: few(declaration(tie("type"), tie("coreType"))) }),
  ),
}));

function declaration(
  type: fc.Arbitrary<component.Type>,
  coreType: fc.Arbitrary<component.CoreType>,
): fc.Arbitrary<component.InstanceDeclaration> {
  return fc.oneof(
    fc.record({ kind: constant("core type"), type: coreType }),
    fc.record({ kind: constant("type"), type }),
    fc.record({ kind: constant("alias"), alias }),
    fc.record({ kind: constant("export"), name: externName, type: externType }),
  );
}

const options = few<component.CanonOption>(
  fc.oneof(
    fc.record({
      kind: constant("string-encoding"),
      encoding: fc.constantFrom<component.StringEncoding>("utf8", "utf16", "latin1+utf16"),
    }),
    fc.record({ kind: constant("memory"), memory: anIndex<never>() }),
    fc.record({
      kind: fc.constantFrom("realloc" as const, "post-return" as const, "callback" as const),
      func: anIndex<never>(),
    }),
    constant({ kind: "async" }),
  ),
);
const canon: fc.Arbitrary<component.Canon> = fc.oneof(
  fc.record({ kind: constant("lift"), func: anIndex<never>(), options, type: anIndex<never>() }),
  fc.record({ kind: constant("lower"), func: anIndex<never>(), options }),
  fc.record({
    kind: fc.constantFrom("resource.new" as const, "resource.drop" as const, "resource.rep" as const),
    resource: anIndex<never>(),
  }),
  fc.record({
    kind: constant("builtin"),
    name: constant("task.return"),
    opcode: constant(0x09),
    immediates: fc.record({ result: withOptional({}, { type: valueType }), options }),
  }),
);

/** Any component that the format can hold, valid or not, up to three levels deep. */
export const arbitraryComponent: fc.Arbitrary<component.Component> = fc.letrec<{
  component: component.Component;
  definition: component.Definition;
}>((tie) => ({
  component: fc.record({ definitions: fc.array(tie("definition"), { maxLength: 6 }) }),
  definition: fc
    .oneof(
      { maxDepth: 3, depthIdentifier: "component" },
      fc.record({ kind: constant("custom"), name, bytes: binary }),
      fc.record({ kind: constant("core module"), bytes: binary.map((tail) => bytes(MODULE, tail)) }),
      fc.record({
        kind: constant("core instance"),
        instance: fc.oneof(
          fc.record({
            kind: constant("instantiate"),
            module: anIndex<never>(),
            args: few(fc.record({ name, instance: anIndex<never>() })),
          }),
          fc.record({
            kind: constant("exports"),
            exports: few(fc.record({ name, item: fc.record({ sort: coreSort, index: anIndex<number>() }) })),
          }),
        ),
      }),
      fc.record({ kind: constant("core type"), type: coreType }),
      fc.record({
        kind: constant("instance"),
        instance: fc.oneof(
          fc.record({
            kind: constant("instantiate"),
            component: anIndex<never>(),
            args: few(fc.record({ name, item: sortIndex })),
          }),
          fc.record({
            kind: constant("exports"),
            exports: few(fc.record({ name: externName, item: sortIndex })),
          }),
        ),
      }),
      fc.record({ kind: constant("alias"), alias }),
      fc.record({ kind: constant("type"), type }),
      fc.record({ kind: constant("canon"), canon }),
      fc.record({
        kind: constant("start"),
        start: fc.record({ func: anIndex<never>(), args: few(anIndex<never>()), results: fc.nat() }),
      }),
      fc.record({ kind: constant("import"), import: fc.record({ name: externName, type: externType }) }),
      fc.record({
        kind: constant("export"),
        export: withOptional({ name: externName, item: sortIndex }, { type: externType }),
      }),
      fc.record({ kind: constant("value"), type: valueType, bytes: binary }),
      fc.record({ kind: constant("component"), component: tie("component") }),
    )
    .map((definition) => Object.assign({}, definition, { offset: 0 }) as component.Definition),
})).component;
