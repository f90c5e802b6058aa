/** The devices of this host, by grant. */
import type { Grant } from "../../toolchain/link/plan.ts";
import { createClock } from "./clock.ts";
import { createConfiguration } from "./configuration.ts";
import { createConsole } from "./console.ts";
import type { Device, DeviceContext } from "./device.ts";
import { createDirectory } from "./directory.ts";
import { createEntropy } from "./entropy.ts";
import { createHttpClient } from "./http/client.ts";
import { createHttpServer } from "./http/server.ts";
import { createFiles } from "./files.ts";
import { HostError } from "../host-error.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { createCapability } from "./kernel-capability.ts";
import { createIntrospect } from "./kernel-introspect.ts";
import { createMailbox } from "./kernel-mailbox.ts";
import { createProcess } from "./kernel-process.ts";
import { createSupervisor } from "./kernel-supervisor.ts";
import { createStdio } from "./stdio.ts";
import { createTime } from "./kernel-time.ts";
import { createWakeup } from "./kernel-wakeup.ts";
import { createSockets } from "./sockets/sockets.ts";

export type { Device, DeviceContext, Terminal } from "./device.ts";

/** Makes a device for one process's grant. `base` is what relative paths of grants start from. */
export function createDevice(context: DeviceContext, grant: Grant, base: string): Device {
  switch (grant.device) {
    case "atoll:device/console":
      return createConsole(context);
    case "atoll:device/clock":
      return createClock(context, grant);
    case "atoll:device/entropy":
      return createEntropy(context, grant);
    case "atoll:device/directory":
      return createDirectory(context, grant, base);
    case "atoll:device/stdio":
      return createStdio(context, grant, doorOf(context, grant));
    case "atoll:device/files":
      return createFiles(context, grant, base);
    case "atoll:device/configuration":
      return createConfiguration(context, grant);
    case "atoll:device/http-client":
      return createHttpClient(context, grant, doorOf(context, grant));
    case "atoll:device/http-server":
      return createHttpServer(context, grant, doorOf(context, grant));
    case "atoll:device/sockets":
      return createSockets(context, grant);
    case "atoll:kernel/time":
      return createTime(context, doorOf(context, grant));
    case "atoll:kernel/wakeup":
      return createWakeup(context, doorOf(context, grant));
    case "atoll:kernel/process":
      return createProcess(context, doorOf(context, grant));
    case "atoll:kernel/mailbox":
      return createMailbox(context, doorOf(context, grant));
    case "atoll:kernel/capability":
      return createCapability(context, doorOf(context, grant));
    case "atoll:kernel/supervisor":
      return createSupervisor(context, doorOf(context, grant));
    case "atoll:kernel/introspect":
  }
  return createIntrospect(context, doorOf(context, grant));
}

function doorOf({ kernel, process }: DeviceContext, { device }: Grant): KernelDoor {
  if (kernel !== undefined) return kernel;
  throw new HostError(`Process ${process.name} imports ${device}, and the plan has no kernel.`);
}
