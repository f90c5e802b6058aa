/** Names of imports and exports, with attributes. Binary.md, `nameattributes`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { ExternName, NameAttribute } from "../component.ts";

const IMPLEMENTS = 0x00;
const VERSION_SUFFIX = 0x01;
const EXTERNAL_ID = 0x02;

export function readExternName(reader: ByteReader): ExternName {
  const form = reader.byte("form of a name");
  if (form !== 0 && form !== 1 && form !== 2) {
    return reader.fail("the form of a name, 0x00 to 0x02", hex(form), reader.position - 1);
  }
  const name = reader.name("name");
  const attributes = form === 2 ? reader.vec("attributes", "attribute", 2, () => readAttribute(reader)) : [];
  return { name, form, attributes };
}

function readAttribute(reader: ByteReader): NameAttribute {
  const code = reader.byte("an attribute");
  switch (code) {
    case IMPLEMENTS:
      return { kind: "implements", interface: reader.name("interface") };
    case VERSION_SUFFIX:
      return { kind: "versionsuffix", suffix: reader.name("version suffix") };
    case EXTERNAL_ID:
      return { kind: "external-id", id: reader.name("external id") };
    default:
      return reader.fail(
        "0x00 implements, 0x01 versionsuffix or 0x02 external-id",
        hex(code),
        reader.position - 1,
      );
  }
}

export function writeExternName(out: ByteWriter, { name, form, attributes }: ExternName): void {
  if (form !== 2 && attributes.length > 0)
    throw new RangeError(`${name}: attributes need the form 2 of a name`);
  out.byte(form);
  out.name(name);
  if (form === 2) out.vec(attributes, (attribute) => writeAttribute(out, attribute));
}

function writeAttribute(out: ByteWriter, attribute: NameAttribute): void {
  switch (attribute.kind) {
    case "implements":
      out.byte(IMPLEMENTS);
      return out.name(attribute.interface);
    case "versionsuffix":
      out.byte(VERSION_SUFFIX);
      return out.name(attribute.suffix);
    case "external-id":
      out.byte(EXTERNAL_ID);
      return out.name(attribute.id);
  }
}
