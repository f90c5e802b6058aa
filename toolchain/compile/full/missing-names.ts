/** What to do about a name that is not there: another engine has it, or nobody does. */
import type { Engine } from "./engine.ts";

/** Of the web, in StarlingMonkey and not in QuickJS. */
const OF_THE_WEB =
  /^(?:URL|URLSearchParams|fetch|Request|Response|Headers|FormData|Blob|File|AbortController|AbortSignal|Event|EventTarget|CustomEvent|ReadableStream|WritableStream|TransformStream|CompressionStream|DecompressionStream|SubtleCrypto|CryptoKey)$/;
/** Made of WASI. */
const OF_WASI = /^(?:console|crypto|(?:set|clear)(?:Timeout|Interval|Immediate))$/;
const OF_NODE = /^(?:process|Buffer|require|module|exports|global|__dirname|__filename)$/;

/** @param said What TypeScript says. `isAlone`: without WASI. Empty where nothing helps. */
export function hintForName(said: string, engine: Engine, isAlone: boolean): string {
  const [, name = ""] = /^Cannot find name '([^']+)'/.exec(said) ?? [];
  if (engine === "quickjs" && isAlone && OF_WASI.test(name))
    return `\`${name}\` is made of WASI: leave out the comment \`@wasi none\`.`;
  if (engine === "quickjs" && OF_THE_WEB.test(name))
    return "QuickJS does not have it, and StarlingMonkey does. Write at the top: // @engine starlingmonkey";
  if (OF_NODE.test(name)) return `\`${name}\` is Node's own, and a component has no Node.`;
  return "";
}
