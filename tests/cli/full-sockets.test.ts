/** A command in JavaScript that waits at sockets of WASI; and what becomes of what it throws. */
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingForFull } from "../guests/make.ts";
import { atoll, start, workFolder } from "./atoll.ts";

const ABSENT = missingForFull();
if (ABSENT !== undefined) console.warn(`skipped: sockets in the full dialect: ${ABSENT}`);

const WORLD = `package t:echo;
world server { include wasi:cli/imports@0.2.12; export wasi:cli/run@0.2.12; }`;
const SERVER = `// @dialect full
import { createTcpSocket } from "wasi:sockets/tcp-create-socket";
import { instanceNetwork } from "wasi:sockets/instance-network";

export function run(): void {
  const socket = createTcpSocket("ipv4");
  const ready = socket.subscribe();
  socket.startBind(instanceNetwork(), { tag: "ipv4", val: { port: 0, address: [0, 0, 0, 0] } });
  ready.block();
  socket.finishBind();
  socket.startListen();
  ready.block();
  socket.finishListen();
  console.log(\`listening \${socket.localAddress().val.port}.\`);
  ready.block();
  const [, input, output] = socket.accept();
  output.blockingWriteAndFlush(input.blockingRead(1000));
  throw "one is enough";
}
`;

describe.skipIf(ABSENT !== undefined)("a command in JavaScript", () => {
  const folder = workFolder();
  const setting = { cwd: folder.path };
  beforeAll(async () => {
    mkdirSync(join(folder.path, "wit"));
    writeFileSync(join(folder.path, "wit/world.wit"), WORLD);
    writeFileSync(join(folder.path, "server.ts"), SERVER.replace("1000", "1000"));
    const { code, stderr } = await atoll(["build", "server.ts"], setting);
    expect(code, stderr).toBe(0);
  });
  afterAll(folder.remove);

  it("serves those who connect, and says what it has thrown", async () => {
    const { ended, said, child } = start(["run", "server.ts", "--grant", "listen=0"], setting);
    let stdout = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    await said(".\n");
    const client = connect(Number(/listening (\d+)/.exec(stdout)?.[1]), "127.0.0.1");
    client.write("hello");
    const [answer] = (await once(client, "data")) as [Buffer];
    expect(answer.toString()).toBe("hello");
    expect(await ended).toMatchObject({ code: 1, stderr: 'run threw "one is enough"\n' });
    client.destroy();
  });

  it("ends where it does not expect an error of WASI, which is told with its line", async () => {
    const { code, stderr } = await atoll(["run", "server.ts"], setting);
    expect(code).toBe(1);
    expect(stderr).toMatch(/it gave up: Error: access-denied\n\s+at server\.ts:8\s+run/);
  });
});
