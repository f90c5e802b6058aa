/** `erlang`: the same cases on Erlang/OTP, compiled on the spot with `erlc`. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NotInstalled, onPath, type Peer } from "../../harness/peer.ts";
import type { Workspace } from "../../harness/workspace.ts";

const SOURCES = join(import.meta.dirname, "../erlang");
/** One scheduler: with more, processes of one sample would wait for each other's cores. */
const FLAGS = ["+S", "1:1", "-noshell", "-s", "bench_peer"];
/** Has OTP's version; the emulator itself only knows the release. */
const VERSION =
  '{ok, V} = file:read_file(filename:join([code:root_dir(), "releases", erlang:system_info(otp_release), "OTP_VERSION"])), io:put_chars(V), halt().';

export const erlang: Peer = {
  prepare: async (_, workspace) => {
    for (const program of ["erl", "erlc"]) {
      if (!onPath(program))
        throw new NotInstalled(
          `no Erlang/OTP: \`${program}\` is not on the path`,
          "npm run bench:kernel, or apt-get install erlang-base",
        );
    }
    return { program: "erl", arguments: ["-pa", await compiled(workspace), ...FLAGS] };
  },
};

async function compiled(workspace: Workspace): Promise<string> {
  const files = readdirSync(SOURCES).sort();
  const texts = files.map((file) => readFileSync(join(SOURCES, file), "utf8"));
  return workspace.made("erlang", [otpVersion() ?? "", ...files, ...texts], async (folder) => {
    const paths = files.map((file) => join(SOURCES, file));
    const { status, stdout, stderr } = spawnSync("erlc", ["-o", folder, ...paths], { encoding: "utf8" });
    if (status !== 0) {
      const why = (stdout + stderr).trim().split("\n")[0];
      throw new Error(`erlc could not compile the peer: ${why}`);
    }
  });
}

/** Such as `25.2.3`; undefined where it is not installed. */
export function otpVersion(): string | undefined {
  const { status, stdout } = spawnSync("erl", ["-noshell", "-eval", VERSION], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
