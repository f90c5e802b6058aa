/**
 * A virtual machine as data, and QEMU's command line for it: the only place that writes one.
 *
 * Its devices are those that host-metal/hal has drivers for: virtio's, two serial ports,
 * and one that ends QEMU. Nothing else is there, and nothing comes by default.
 */
export const MACHINES = ["microvm", "q35"] as const;
export type MachineName = (typeof MACHINES)[number];

export interface Machine {
  /** `microvm` unless told: it boots fastest, and has the devices of Firecracker. */
  readonly machine?: MachineName;
  readonly from: Image;
  readonly memory: Mebibytes;
  /** By QEMU's translator unless told, which all machines have and which does the same on all. */
  readonly accelerator?: Accelerator;
  /** As QEMU names it; all that the accelerator has unless told. */
  readonly cpu?: string;
  /** The first serial port: the console where there is no other, and what is told beside it. */
  readonly serial: Channel;
  /** The console of virtio; absent unless told. */
  readonly console?: Channel;
  /** The second serial port: see docs/metal.md, "The control line". Absent unless told. */
  readonly control?: Channel;
  readonly disks?: readonly Disk[];
  /** Whether it has the entropy device of virtio, which a processor without `rdrand` needs. */
  readonly entropy?: boolean;
  /** Where the network device's frames go, as QEMU's `-netdev` has it, without `id`. */
  readonly network?: string;
  /** The port on which QEMU waits for gdb before the first instruction. */
  readonly gdb?: number;
  /** Further arguments of QEMU. */
  readonly more?: readonly string[];
}

export type Mebibytes = number;

export type Image =
  /** An ELF file for PVH, and the words of the machine's command line. */
  | { readonly kind: "kernel"; readonly file: string; readonly words: string }
  /** A raw disk, which the machine's firmware boots; the file of the firmware, QEMU's BIOS unless told. */
  | { readonly kind: "disk"; readonly file: string; readonly firmware?: string };

export type Accelerator = "tcg" | "kvm";

/** Where a character device ends: QEMU's own streams, nowhere, or a Unix socket that it inherits. */
export type Channel = "stdio" | "nowhere" | { readonly descriptor: number };

/** A raw image of a disk. */
export interface Disk {
  readonly file: string;
  readonly readOnly?: boolean;
}

/** Each machine has devices its own way; microvm names them on the command line where it has no ACPI. */
const BUS: Readonly<Record<MachineName, { readonly kind: string; readonly machine: readonly string[] }>> = {
  microvm: {
    kind: "device",
    machine: ["-M", "microvm,acpi=off", "-global", "virtio-mmio.force-legacy=false"],
  },
  q35: { kind: "pci", machine: ["-M", "q35"] },
};

/** `-arch-capabilities`: a KVM that itself runs in a virtual machine may not let it be read. */
const CPU: Readonly<Record<Accelerator, string>> = { tcg: "max", kvm: "host,-arch-capabilities" };

/** The arguments of `qemu-system-x86_64`. */
export function commandLine(machine: Machine): string[] {
  const { accelerator = "tcg", cpu = CPU[accelerator], memory, gdb } = machine;
  return [
    ...BUS[machine.machine ?? "microvm"].machine,
    "-accel",
    accelerator,
    "-cpu",
    cpu,
    "-m",
    `${memory}M`,
    "-nodefaults",
    "-no-reboot",
    "-display",
    "none",
    "-device",
    "isa-debug-exit,iobase=0xf4,iosize=4",
    ...sourceOf(machine.from),
    ...devices(machine),
    ...(gdb === undefined ? [] : ["-gdb", `tcp:127.0.0.1:${gdb}`, "-S"]),
    ...(machine.more ?? []),
  ];
}

function sourceOf(from: Image): string[] {
  if (from.kind === "kernel") return ["-kernel", from.file, "-append", from.words];
  const firmware = from.firmware === undefined ? [] : ["-bios", from.firmware];
  // Its writes stay in memory: an image that was booted is the image that was built.
  const drive = `id=boot,if=none,format=raw,snapshot=on,file=${escaped(from.file)}`;
  return [...firmware, "-drive", drive, "-device", "ide-hd,drive=boot"];
}

function devices(machine: Machine): string[] {
  const { kind } = BUS[machine.machine ?? "microvm"];
  const { serial, console, control, disks = [], network, entropy = false } = machine;
  const args = [...channel("serial", serial), "-serial", "chardev:serial"];
  for (const [i, { file, readOnly = false }] of disks.entries()) {
    const access = readOnly ? "on" : "off";
    args.push("-drive", `id=disk${i},if=none,format=raw,readonly=${access},file=${escaped(file)}`);
    args.push("-device", `virtio-blk-${kind},drive=disk${i}`);
  }
  if (console !== undefined) {
    args.push(...channel("console", console), "-device", `virtio-serial-${kind}`);
    args.push("-device", "virtconsole,chardev=console");
  }
  if (control !== undefined) {
    args.push(...channel("control", control), "-device", "isa-serial,index=1,chardev=control");
  }
  if (network !== undefined) {
    args.push("-netdev", `${network},id=network`);
    args.push("-device", `virtio-net-${kind},netdev=network,mac=02:00:00:00:00:07`);
  }
  return entropy ? [...args, "-device", `virtio-rng-${kind}`] : args;
}

function channel(id: string, to: Channel): string[] {
  if (to === "stdio") return ["-chardev", `stdio,id=${id}`];
  if (to === "nowhere") return ["-chardev", `null,id=${id}`];
  return ["-chardev", `socket,id=${id},fd=${to.descriptor}`];
}

/** In a value of QEMU's options a comma is written twice. */
function escaped(file: string): string {
  return file.replaceAll(",", ",,");
}
