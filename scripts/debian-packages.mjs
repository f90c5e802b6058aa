// Debian packages that a part of the project needs: says which and why, asks, installs.
//
// The one place that calls apt-get. On a terminal it asks first; elsewhere it
// installs only as root (CI, containers) and otherwise prints what to type.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @param {{ command?: string, file?: string, packages: string[], why: string }[]} needs
 *   Each need is met when `command` is found on the path, or `file` is there.
 */
export function installDebianPackages(needs) {
  const missing = needs.filter(({ command, file }) =>
    file === undefined ? !onPath(command ?? "") : !existsSync(file),
  );
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  console.error("setup: these Debian packages are missing:");
  for (const need of missing) console.error(`  ${need.packages.join(" ")}: ${need.why}`);

  const root = process.getuid?.() === 0;
  const command = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  const typed = `${root ? "" : "sudo "}${command.join(" ")}`;
  if (!onPath("apt-get")) return giveUp(`This is no Debian system. Install by hand: ${packages.join(" ")}`);
  if (process.stdin.isTTY ? !confirmed(`Run "${typed}"? [y/N] `) : !root)
    return giveUp(`To install them: ${typed}`);

  const prefix = root ? [] : ["sudo"];
  run([...prefix, "apt-get", "update", "-q"]);
  if (run([...prefix, ...command]) !== 0) giveUp(`The installation failed. To try again: ${typed}`);
}

function onPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function confirmed(question) {
  process.stderr.write(question);
  const answer = Buffer.alloc(16);
  const length = readSync(0, answer, 0, answer.length, null);
  return /^y(es)?$/i.test(answer.toString("utf8", 0, length).trim());
}

function run([program, ...args]) {
  return spawnSync(program, args, {
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).status;
}

/** What needs the packages will name them again and go on without, so this is no failure of the set-up. */
function giveUp(message) {
  console.error(`setup: ${message}`);
}
