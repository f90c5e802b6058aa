/** `// @export`: an inferred world with an interface that somebody else has written. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { compileText, Folder, instantiate } from "./guest.ts";

const CLOCK = `// @wit my:clock/api@0.1.0
// @export atoll:kernel/alarms
// @export atoll:kernel/notices
import { Reason } from "atoll:kernel/types";
let said = "";
export function alarm(token: u32): void { said += \`\${token};\`; }
export function notice(token: u32, why: Reason): void { said += \`\${token} \${Reason[why]};\`; }
export function heard(): string { return said; }
`;

test("its functions are exported as that, the others as the program's own", async () => {
  const { component, exported, notes } = await compileText(CLOCK);
  const guest = await instantiate(component, {});
  expect(guest.world.exports.map(({ name }) => name)).toEqual([
    "atoll:kernel/alarms@0.1.0",
    "atoll:kernel/notices@0.1.0",
    "my:clock/api@0.1.0",
  ]);
  guest.call("alarm", 7);
  guest.call("notice", 8, "start-timeout");
  expect(guest.call("heard")).toBe("7;8 StartTimeout;");
  expect(exported).toContain("heard: func() -> string;");
  expect(exported).not.toContain("alarm");
  expect(notes).toEqual([]);
});

test("a program may have nothing of its own", async () => {
  const { component } = await compileText(
    "// @export atoll:kernel/alarms\nexport function alarm(token: u32): void {}",
  );
  const guest = await instantiate(component, {});
  expect(guest.world.exports.map(({ name }) => name)).toEqual(["atoll:kernel/alarms@0.1.0"]);
});

test("an interface of another app, which is built first", async () => {
  using folder = await new Folder().write({
    "late.ts": "// @wit my:late/api\n// @export my:early/api\nexport function size(): u32 { return 2; }\n",
    "early.ts": "// @wit my:early/api\nexport function size(): u32 { return 1; }\n",
  });
  const built = await buildApps([folder.file("late.ts"), folder.file("early.ts")]);
  expect(built.map(({ app }) => basename(app))).toEqual(["early.ts", "late.ts"]);
  const guest = await instantiate(readFileSync(folder.file("build/late.wasm")), {});
  expect(guest.call("size")).toBe(2);
});
