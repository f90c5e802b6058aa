/** What a `system.ts` says of HTTP is checked before anything is built. */
import { describe, expect, it } from "vitest";
import { httpClient, httpServer } from "../../../toolchain/link/config/grants.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { validateSystem } from "../../../toolchain/link/config/validate.ts";
import { component, linked, refused } from "./guests.ts";

function of(...grants: readonly (readonly unknown[])[]): string {
  const processes = Object.fromEntries(
    grants.map((one, i) => [`web-${i + 1}`, { component: "./web.ts", grants: one }]),
  );
  return refused(() => validateSystem({ name: "s", processes }, "system.ts"));
}

const server = (limits: object = {}, port = 80): Grant => httpServer({ port, limits });

describe("grants of HTTP", () => {
  it("are taken, and shared by those that say the same", () => {
    const client = httpClient({ to: ["a.example", "*.b.example:81", "127.0.0.1", "[::1]:82"] });
    expect(of([server({ waiting: 1 }), client], [server({ waiting: 1 })], [server({}, 81)])).toBe("linked");
  });

  it.each([
    [
      "a limit that there is not",
      [server({ bodySize: 1 })],
      /grants.0.limits: no such field: bodySize; allowed: headerBytes, bodyBytes, /,
    ],
    [
      "a limit that is none",
      [server({ answerTime: 0 })],
      /grants.0.limits.answerTime: expected .*1.*found 0/,
    ],
    ["a port that is none", [server({}, 65_536)], /grants.0.port: expected .*65535.*found 65536/],
    [
      "times that do not fit",
      [server({ requestTime: 5_000 })],
      /"web-1", httpServer: expected limits.headerTime of at most limits.requestTime \(5000\), found 10000/,
    ],
    [
      "a server that is none",
      [httpClient({ to: ["https://a.example/"] })],
      /grants.0.to.0: expected a server, such as "api.example.com"/,
    ],
  ])("are refused: %s", (_, grants, message) => {
    expect(of(grants)).toMatch(message);
  });

  it("are refused where processes of one listener differ", () => {
    expect(of([server({ waiting: 1 })], [server()])).toContain(
      'processes "web-1" and "web-2" share the listener 127.0.0.1:80: expected the same limits.waiting, found 1 and 1024',
    );
  });

  it("need a kernel", async () => {
    const bytes = await component(
      "package t:p; world w { import atoll:device/http-server@0.1.0; }",
      `(module (import "atoll:device/http-server@0.1.0" "leave" (func)) (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))`,
    );
    expect(refused(() => linked({ web: { bytes, grants: [server()] } }))).toMatch(
      /process "web" .* imports "atoll:device\/http-server@0.1.0", and the system has no kernel/,
    );
  });
});
