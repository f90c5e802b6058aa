/** What validation says of a component in text form. */
import { expect } from "vitest";
import {
  decodeComponent,
  validateComponent,
  type Validated,
  ValidationError,
} from "../../../../toolchain/wasm/index.ts";
import { assemble } from "../samples.ts";

/** The error that refuses the component. */
export async function refusal(text: string): Promise<ValidationError> {
  return refusalOf(await assemble(text));
}

export function refusalOf(binary: Uint8Array): ValidationError {
  const component = decodeComponent(binary);
  try {
    validateComponent(component);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return error as ValidationError;
  }
  throw new Error("the component was accepted");
}

export async function accept(text: string): Promise<Validated> {
  return validateComponent(decodeComponent(await assemble(text)));
}
