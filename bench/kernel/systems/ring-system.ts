/** A hundred processes that work side by side, each of which knows the next one, and a cell that they call. */
import { clock, console, defineSystem, type ProcessConfig } from "../../../index.ts";

const MEMBERS = 100;

const members: Record<string, ProcessConfig> = Object.fromEntries(
  Array.from({ length: MEMBERS }, (_, i) => [
    `member-${i}`,
    {
      component: "../guests/member.ts",
      imports: {
        "bench:cell/api": { process: "cell", queue: true },
        "bench:next/api": {
          process: `member-${(i + 1) % MEMBERS}`,
          interface: "bench:member/api",
          cast: ["calls", "turns"],
        },
      },
    },
  ]),
);

export default defineSystem<string>({
  name: "ring",
  processes: {
    ...members,
    cell: { component: "../guests/sleeper.ts" },
    driver: {
      component: "../guests/ring-driver.ts",
      imports: {
        "bench:cell/api": { process: "cell", queue: true },
        "bench:member/api": { process: "member-0", cast: ["calls", "turns"] },
      },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: {},
});
