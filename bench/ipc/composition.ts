/**
 * Caller and callee in one component, for the peers that take one.
 *
 * No package on npm composes components. This is the smallest composition: two
 * components, the callee's instance handed to the caller's, and the caller's
 * loops exported.
 */
import { type component, decodeComponent, encodeComponent, index } from "../../toolchain/wasm/index.ts";
import { type GuestKind, guestComponent, interfacesOf, type Side } from "./guests.ts";
import type { Workspace } from "../harness/workspace.ts";

export async function composed(kind: GuestKind, workspace: Workspace): Promise<Uint8Array> {
  const nested = async (side: Side): Promise<component.Definition> => ({
    kind: "component",
    offset: 0,
    component: decodeComponent(await guestComponent(kind, side, workspace)),
  });
  const { between, runs } = interfacesOf(kind);
  return encodeComponent({
    definitions: [
      await nested("callee"),
      await nested("caller"),
      instance(0, []), // instance 0: the callee
      alias(0, between), // instance 1
      instance(1, [{ name: between, item: { sort: "instance", index: 1 } }]), // instance 2: the caller
      alias(2, runs), // instance 3
      {
        kind: "export",
        offset: 0,
        export: { name: { name: runs, form: 0, attributes: [] }, item: { sort: "instance", index: 3 } },
      },
    ],
  });
}

type Arguments = Extract<component.Instance, { kind: "instantiate" }>["args"];

function instance(position: number, args: Arguments): component.Definition {
  return { kind: "instance", offset: 0, instance: { kind: "instantiate", component: index(position), args } };
}
function alias(position: number, name: string): component.Definition {
  return {
    kind: "alias",
    offset: 0,
    alias: { kind: "export", sort: "instance", instance: index(position), name },
  };
}
