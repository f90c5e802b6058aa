/**
 * `atoll:device/entropy`: random bytes of the operating system, or of a seed.
 *
 * A seeded grant draws from the ChaCha20 key stream under SHA-256 of the seed
 * and the process's name: every run gets the same bytes, each process its own. In
 * a run with a seed all grants do.
 */
import { createCipheriv, createHash, randomFillSync } from "node:crypto";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import type { SeededRun } from "../seeded-run.ts";
import { directU64 } from "./direct.ts";

const MOST_BYTES = 1024 * 1024;
/** Random numbers are drawn in batches: one system call for many. */
const BATCH_BYTES = 4096;

type Fill = (bytes: Uint8Array) => void;

export function createEntropy(
  { process, transfer, checkStop, seeded }: DeviceContext,
  grant: GrantOf<"atoll:device/entropy">,
): Device {
  if (grant.denied === true) return deniedEntropy();
  const fill = grant.seed === undefined ? ofRun(seeded, process.name) : fromSeed(grant.seed, process.name);
  const next = batches(fill);
  return {
    bytes(count: number): number {
      checkStop();
      const length = count >>> 0;
      if (length > MOST_BYTES)
        throw new DeviceTrap(`entropy: ${length} bytes asked for, ${MOST_BYTES} at most`);
      const span = transfer.allocate(length, 1);
      fill(transfer.bytes(span.offset, span.length));
      return transfer.list(span);
    },
    "random-u64": directU64(() => {
      checkStop();
      return next();
    }),
  };
}

function refuse(): never {
  throw new DeviceTrap("entropy: the process was not granted it; in system.ts: grants: [entropy()]");
}

function deniedEntropy(): Device {
  return { bytes: refuse, "random-u64": directU64(refuse) };
}

const fromSystem: Fill = (bytes) => void randomFillSync(bytes);

/** In a run with a seed, which goes into the first word of a key without one. */
function ofRun(seeded: SeededRun | undefined, process: string): Fill {
  return seeded === undefined ? fromSystem : fromSeed("", process, seeded.seed);
}

function fromSeed(seed: string, process: string, ofRun: number = 0): Fill {
  const key = createHash("sha256").update(seed).update("\0").update(process).digest();
  key.writeUInt32LE((key.readUInt32LE() ^ ofRun) >>> 0);
  const stream = createCipheriv("chacha20", key, Buffer.alloc(16));
  return (bytes) => bytes.set(stream.update(Buffer.alloc(bytes.length)));
}

function batches(fill: Fill): () => bigint {
  const batch = new BigUint64Array(BATCH_BYTES / BigUint64Array.BYTES_PER_ELEMENT);
  let used = batch.length;
  return () => {
    if (used === batch.length) {
      fill(new Uint8Array(batch.buffer));
      used = 0;
    }
    return batch[used++]!;
  };
}
