/**
 * What a status of the kernel is to the guest that asked: one of the faults.
 */
import type { CoreFuncIndex } from "../../wasm/index.ts";
import * as kernel from "../../../kernel/abi.ts";
import { FAULT_CASES, type FaultCase } from "../../abi/index.ts";
import { all, equal, get, i32, set, when, type Code } from "./code.ts";
import { integers } from "./mail.ts";
import type { AdapterModule } from "./module.ts";

/** Statuses that do not mean `unavailable`. */
const FAULTS_OF_STATUSES: readonly (readonly [status: number, fault: FaultCase])[] = [
  [kernel.STATUS_REVOKED, "revoked"],
  [kernel.STATUS_DENIED, "revoked"],
  [kernel.STATUS_EXPIRED, "revoked"],
  [kernel.STATUS_OVERLOADED, "overloaded"],
  [kernel.STATUS_RATE, "overloaded"],
  [kernel.STATUS_DRAIN, "overloaded"],
  [kernel.STATUS_EXHAUSTED, "exhausted"],
  [kernel.STATUS_TIMEOUT, "timeout"],
  [kernel.STATUS_CRASHED, "crashed"],
];

/** `(status) -> position of the fault` */
export function faultOfStatus(module: AdapterModule): CoreFuncIndex {
  return module.helper("fault of status", integers(1, 1), (body) => {
    const fault = body.local("i32");
    const becomes = (name: FaultCase): Code => set(fault, i32(FAULT_CASES.indexOf(name)));
    all(
      becomes("unavailable"),
      ...FAULTS_OF_STATUSES.map(([status, name]) =>
        when(equal(get(body.param(0)), i32(status)), becomes(name)),
      ),
      get(fault),
    )(body);
  });
}
