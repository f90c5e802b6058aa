/** `http` of a `system.ts`: what it may say, and what it stands for. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtHttp } from "../../../components/http/built.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import {
  HTTP_DRIVER,
  HTTP_POOL,
  link,
  type LinkResult,
  type SystemConfig,
  validateSystem,
} from "../../../toolchain/link/index.ts";
import { compileText } from "../compile/guest.ts";
import { refused } from "./guests.ts";

const HANDLER = `// @export atoll:http/handler
import { Request, Response } from "atoll:http/types";
export function handle(request: Request): Response { return new Response(200, [], request.body); }
`;

const GOOD = {
  name: "service",
  processes: { web: { component: "./web.ts" } },
  http: { port: 8080, handler: "web" },
};

let given: { components: Map<string, Uint8Array>; kernel: KernelModules };
beforeAll(async () => {
  const [web, other] = [
    await compileText(HANDLER),
    await compileText("export function answer(): i32 { return 42; }"),
  ];
  given = {
    components: new Map([
      ["./web.ts", web.component],
      ["./other.ts", other.component],
      [HTTP_DRIVER, await builtHttp("driver")],
      [HTTP_POOL, await builtHttp("pool")],
    ]),
    kernel: await builtKernel(),
  };
});

function linked(config: unknown): LinkResult {
  return link({ ...given, config: config as SystemConfig });
}

describe("what it may say", () => {
  const cases: [string, object, string][] = [
    [
      "a port that is none",
      { http: { ...GOOD.http, port: 65_536 } },
      "http.port: expected at most 65535, found 65536",
    ],
    ["no port", { http: { handler: "web" } }, "http.port: expected a number, found nothing"],
    [
      "a handler that is not there",
      { http: { port: 1, handler: "wep" } },
      'http.handler: there is no process "wep". Did you mean "web"? There are: web.',
    ],
    [
      "more at least than at most",
      { http: { ...GOOD.http, instances: { min: 5, max: 2 } } },
      "http.instances: expected min to be at most max, found min 5, max 2",
    ],
    [
      "at least more than there may be unless told",
      { http: { ...GOOD.http, instances: { min: 100 } } },
      "http.instances: expected min to be at most max, found min 100, max 64",
    ],
    [
      "a field that is none",
      { http: { ...GOOD.http, instances: { least: 1 } } },
      "http.instances: no such field: least; allowed: min, max, idle, slices",
    ],
    [
      "a limit that is none",
      { http: { ...GOOD.http, limits: { bodyByte: 1 } } },
      "http.limits: no such field: bodyByte; allowed: headerBytes, bodyBytes, headerTime, requestTime, idleTime, answerTime, queueTime, connections, waiting",
    ],
    [
      "another field",
      { http: { ...GOOD.http, ports: [1] } },
      "http: no such field: ports; allowed: port, host, handler, instances, limits",
    ],
    [
      "a handler that is restarted",
      { processes: { web: { component: "./web.ts", restart: "permanent" } } },
      'process "web", restart: instances of http.handler are made by http; take it out',
    ],
    [
      "a process of a name that is taken",
      { processes: { ...GOOD.processes, "http-pool": { component: "./other.ts" } } },
      '"http-pool" is what a part of http is called; give yours another name',
    ],
    [
      "a handler that others call",
      {
        processes: { ...GOOD.processes, other: { component: "./other.ts", imports: { "a:b/c": "web" } } },
      },
      'process "other", imports "a:b/c": "web" is not there at first',
    ],
    [
      "times that do not fit",
      { http: { ...GOOD.http, limits: { headerTime: 5000, requestTime: 1000 } } },
      "limits.headerTime of at most limits.requestTime (1000), found 5000",
    ],
    [
      "a handler that exports none",
      { processes: { web: { component: "./other.ts" } } },
      'http.handler: expected process "web" (./other.ts) to export atoll:http/handler or wasi:http/incoming-handler, found local:app/api',
    ],
  ];
  it.each(cases)("%s", (_, change, message) => {
    expect(refused(() => linked({ ...GOOD, ...change }))).toContain(message);
  });
});

describe("what it stands for", () => {
  it("is a system under supervision", () => {
    expect(validateSystem(GOOD, "system.ts")).toEqual({ ...GOOD, supervisor: {} });
  });

  it("is instances of the handler, and a pool that makes them, where the system starts", () => {
    const { plan, warnings } = linked({ ...GOOD, http: { ...GOOD.http, instances: { max: 7 } } });
    expect(warnings).toEqual([]);
    const { processes, entry, kernel } = plan.root;
    const names = processes.map(({ name }) => name);
    expect([...names].sort()).toEqual(["http-pool", "web"]);
    expect(processes[names.indexOf("web")]).toMatchObject({ spawned: true });
    expect(entry?.process).toBe(names.indexOf("http-pool"));
    expect(kernel?.tree).toMatchObject([
      { name: "service" },
      { name: "http-workers", strategy: "dynamic" },
      { process: names.indexOf("web"), restart: "temporary" },
      { process: names.indexOf("http-pool"), restart: "permanent", priority: 3 },
    ]);
  });

  it.each([
    [{}, {}, { fuel: Number.MAX_SAFE_INTEGER, slice: 10_000_000 }],
    [{}, { slice: 500, fuel: 9_000 }, { fuel: 9_000, slice: 500 }],
    [{ slices: false }, {}, { fuel: undefined, slice: undefined }],
  ])("has slices: %j, %j", (instances, quotas, expected) => {
    const { plan } = linked({
      ...GOOD,
      processes: { web: { component: "./web.ts", quotas } },
      http: { ...GOOD.http, instances },
    });
    const { template = -1 } = plan.root.processes.find(({ name }) => name === "web") ?? {};
    const { fuel, slice } = plan.templates[template]?.quotas ?? {};
    expect({ fuel, slice }).toEqual(expected);
  });

  it("leaves the system's own entry and its tree as they are", () => {
    const { plan } = linked({
      ...GOOD,
      processes: { ...GOOD.processes, other: { component: "./other.ts" } },
      supervisor: { children: ["other"] },
      entry: { process: "other", function: "answer" },
    });
    const { processes, entry, kernel } = plan.root;
    expect(processes[entry?.process ?? -1]?.name).toBe("other");
    expect(kernel?.tree.flatMap((node) => (node.kind === "supervisor" ? [node.name] : []))).toEqual([
      "service",
      "http-workers",
    ]);
  });
});
