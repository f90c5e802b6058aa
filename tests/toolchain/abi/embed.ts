/** Worlds by way of other people's tools: WIT or WAT text in, our `World` out. */
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { worldOfComponent, worldOfComponentType, type World } from "../../../toolchain/abi/index.ts";
import { decodeComponent, decodeModule } from "../../../toolchain/wasm/index.ts";

/** A core module without code, with the world embedded. */
function embedded(wit: string): Promise<Uint8Array> {
  return componentEmbed({ dummy: true, witSource: wit, stringEncoding: "utf16" });
}

/** The world as it is embedded in a core module. */
export async function worldOfWit(wit: string): Promise<World> {
  const { customs } = decodeModule(await embedded(wit));
  const section = customs.find(({ name }) => name === "component-type");
  if (section === undefined) throw new Error("nothing was embedded");
  return worldOfComponentType(decodeComponent(section.bytes));
}

/** The world of a finished component made for it. */
export async function worldOfFinished(wit: string): Promise<World> {
  return worldOfComponent(decodeComponent(await componentNew(await embedded(wit))));
}

/** The world of a component in WebAssembly text, which is not validated on the way. */
export async function worldOfWat(wat: string): Promise<World> {
  return worldOfComponent(decodeComponent(await parse(wat)));
}
