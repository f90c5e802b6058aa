/**
 * Systems that answer requests, for tests: lean programs on the device itself, without pool or driver.
 */
import { readFileSync } from "node:fs";
import type { Control } from "../../../../host-linux/control/control.ts";
import { runSystem, type Death, type Outcome } from "../../../../host-linux/index.ts";
import { builtKernel } from "../../../../kernel/built.ts";
import { buildApps } from "../../../../toolchain/compile/index.ts";
import { httpServer } from "../../../../toolchain/link/config/grants.ts";
import type { HttpLimits, LinkPlan } from "../../../../toolchain/link/plan.ts";
import { CONSOLE, supervised, type Guests } from "../../../toolchain/link/guests.ts";
import { Folder } from "../../../toolchain/compile/guest.ts";
import { Written } from "../../written.ts";

/** Compiled, by name. */
export async function programs<Name extends string>(
  texts: Readonly<Record<Name, string>>,
): Promise<Record<Name, Uint8Array>> {
  const names = Object.keys(texts) as Name[];
  const files = Object.fromEntries(names.map((name) => [`${name}.ts`, texts[name]]));
  using folder = await new Folder().write(files);
  const built = await buildApps(names.map((name) => folder.file(`${name}.ts`)));
  return Object.fromEntries(
    names.map((name) => {
      const output = built.find(({ app }) => app === folder.file(`${name}.ts`))?.output ?? "";
      return [name, new Uint8Array(readFileSync(output))];
    }),
  ) as Record<Name, Uint8Array>;
}

/** What all programs begin with. */
export const HEAD: string = `
import { Tuple2 } from "atoll";
import { writeLine } from "atoll:device/console";
import { self } from "atoll:kernel/process";
import { wait } from "atoll:kernel/wakeup";

function bytes(text: string): StaticArray<u8> {
  const encoded = Uint8Array.wrap(String.UTF8.encode(text));
  const made = new StaticArray<u8>(encoded.length);
  for (let i = 0; i < encoded.length; i++) made[i] = encoded[i];
  return made;
}
`;

/** Answers whole requests; what it does with one is its path. */
export const WHOLE: string = `// @wit t:whole/api
${HEAD}
import { ending, enter, listensAt, next, respond } from "atoll:device/http-server";
import { Request, Response } from "atoll:http/types";

function answer(request: Request): Response {
  const headers: Tuple2<string, string>[] = [new Tuple2("content-type", "text/plain"), new Tuple2("x-life", self().life.toString())];
  if (request.target == "/crash") unreachable();
  while (request.target == "/never") wait(u64.MAX_VALUE);
  for (let i = 0; request.target == "/loop"; i++) {}
  if (request.target == "/invalid") headers.push(new Tuple2("x-split", "a\\r\\nb: c"));
  if (request.target == "/nothing") return new Response(204, headers, new StaticArray<u8>(0));
  if (request.target == "/length") headers.push(new Tuple2("content-length", "3"));
  if (request.target == "/large") return new Response(200, headers, new StaticArray<u8>(8_000_000));
  if (request.target == "/headers") {
    let lines = "";
    for (let i = 0; i < request.headers.length; i++)
      lines += request.headers[i]._0 + "=" + request.headers[i]._1 + "\\n";
    return new Response(200, headers, bytes(lines));
  }
  if (request.body.length > 0) return new Response(200, headers, request.body);
  return new Response(200, headers, bytes(request.method + " " + request.target));
}

export function run(): void {
  enter(7);
  if (self().life == 1) writeLine(listensAt());
  while (true) {
    const request = next();
    if (request == null) {
      if (ending()) return;
      wait(u64.MAX_VALUE);
    } else if (request.target != "/silent") {
      const answered = respond(answer(request));
      if (answered.isErr) writeLine("not answered: " + answered.error.toString());
    }
  }
}
`;

export interface Served {
  /** Where it listens. */
  readonly port: number;
  readonly output: Written;
  readonly deaths: readonly Death[];
  readonly control: Control;
  /** By a signal, in order. */
  stop(): Promise<Outcome>;
}

/** A system of one process; what is not about the listener is linked once. */
export async function planOf(
  bytes: Uint8Array,
  limits: Partial<HttpLimits> = {},
  { port = 0, ...process }: { readonly port?: number } & Partial<Guests[string]> = {},
): Promise<LinkPlan> {
  const known = Object.keys(process).length === 0 ? linked.get(bytes) : undefined;
  const plan = known ?? (await linkedOf({ bytes, grants: [CONSOLE, httpServer({ port: 0 })], ...process }));
  if (Object.keys(process).length === 0) linked.set(bytes, plan);
  const processes = plan.root.processes.map((one) => ({
    ...one,
    grants: one.grants.map((grant) =>
      grant.device === "atoll:device/http-server" ? httpServer({ port, limits }) : grant,
    ),
  }));
  return { ...plan, root: { ...plan.root, processes } };
}

const linked = new Map<Uint8Array, LinkPlan>();

async function linkedOf(web: Guests[string]): Promise<LinkPlan> {
  const kernel = await builtKernel();
  return supervised({ web }, { entry: "web", supervisor: { intensity: 16 }, kernel }).plan;
}

/** Runs a system whose first line says where it listens. */
export async function serve(plan: LinkPlan): Promise<Served> {
  const output = new Written();
  const deaths: Death[] = [];
  const { promise, resolve } = Promise.withResolvers<Control>();
  const outcome = runSystem(plan, {
    base: ".",
    stdout: output,
    tags: false,
    onDeath: (death) => deaths.push(death),
    onControl: resolve,
  });
  const control = await promise;
  const early = outcome.then((ended) => {
    throw new Error(`it ended: ${JSON.stringify(ended)}`);
  });
  early.catch(() => {});
  while (!output.text.includes("\n")) await Promise.race([early, new Promise((r) => setTimeout(r, 5))]);
  const [, port] = /:(\d+)\n/.exec(output.text) ?? [];
  return {
    port: Number(port),
    output,
    deaths,
    control,
    stop: () => {
      process.emit("SIGTERM", "SIGTERM");
      return outcome;
    },
  };
}
