/** A folder with a `system.ts` whose control socket a watched system serves: for the commands that look into one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Door } from "../../host-linux/control/door.ts";
import { watchedSystem, type Watched } from "../host-linux/control/watched.ts";
import { atoll, type Ended, workFolder } from "./atoll.ts";

const SYSTEM = {
  name: "chat",
  processes: { front: { component: "./front.ts" } },
  supervisor: {},
};

export interface WatchedFolder {
  readonly path: string;
  readonly system: Watched;
  /** Runs `atoll` in the folder. */
  readonly atoll: (...args: string[]) => Promise<Ended>;
  readonly close: () => void;
}

export async function watchedFolder(): Promise<WatchedFolder> {
  const folder = workFolder();
  const write = (name: string, system: object): void =>
    writeFileSync(join(folder.path, name), `export default ${JSON.stringify(system)};\n`);
  write("system.ts", { ...SYSTEM, control: "./run.sock" });
  write("idle.ts", { ...SYSTEM, name: "idle", control: "./idle.sock" });
  write("closed.ts", SYSTEM);
  const system = await watchedSystem();
  const door = await Door.open(folder.path, "run.sock");
  door.serve(system.control);
  return {
    path: folder.path,
    system,
    atoll: (...args) => atoll(args, { cwd: folder.path }),
    close: () => {
      door.close();
      folder.remove();
    },
  };
}
