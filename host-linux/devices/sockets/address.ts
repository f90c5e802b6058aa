/**
 * Addresses of the internet: as the device passes them, as Node writes them, and what kind they are.
 *
 * Numbers are compared and never texts, of which an IPv6 address has many.
 */
import { isIP } from "node:net";

/** Positions are those of `family` in wit/device.wit. */
export const FAMILIES = ["ipv4", "ipv6"] as const;
export type Family = (typeof FAMILIES)[number];

export interface IpAddress {
  readonly family: Family;
  /** The first 64 bits of an IPv6 address; 0n for IPv4. */
  readonly high: bigint;
  /** The last 64 bits; the 32 bits of an IPv4 address. */
  readonly low: bigint;
}

export interface SocketAddress extends IpAddress {
  readonly port: number;
  /** Number of the interface that a link-local address belongs to; 0: none. */
  readonly scope: number;
}

export const LOOPBACK: Readonly<Record<Family, IpAddress>> = {
  ipv4: { family: "ipv4", high: 0n, low: 0x7f00_0001n },
  ipv6: { family: "ipv6", high: 0n, low: 1n },
};

/** As Node takes it: without abbreviations, with the scope where there is one. */
export function addressText({ family, high, low }: IpAddress, scope: number = 0): string {
  if (family === "ipv4") return [24n, 16n, 8n, 0n].map((shift) => (low >> shift) & 0xffn).join(".");
  const groups = [high, low].flatMap((half) => [48n, 32n, 16n, 0n].map((shift) => (half >> shift) & 0xffffn));
  const text = groups.map((group) => group.toString(16)).join(":");
  return scope === 0 ? text : `${text}%${scope}`;
}

/** Undefined for what is no address. Of a scope only numbers are known. */
export function parseAddress(text: string, port: number = 0): SocketAddress | undefined {
  const version = isIP(text);
  if (version === 0) return undefined;
  if (version === 4) return { family: "ipv4", high: 0n, low: BigInt(parseIpv4(text)), port, scope: 0 };
  const [digits = "", zone = "0"] = text.split("%");
  const value = parseIpv6(digits);
  const scope = /^\d{1,9}$/.test(zone) ? Number(zone) : 0;
  return { family: "ipv6", high: value >> 64n, low: BigInt.asUintN(64, value), port, scope };
}

export function isSameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.high === b.high && a.low === b.low;
}

/** An IPv4 address in the clothes of IPv6: it would reach what a grant of IPv6 does not say. */
export function isMapped({ family, high, low }: IpAddress): boolean {
  return family === "ipv6" && high === 0n && low >> 32n === 0xffffn;
}

/** 0.0.0.0 or ::, which is no host; to connect there is to connect to this machine. */
export function isUnspecified({ high, low }: IpAddress): boolean {
  return high === 0n && low === 0n;
}

export function isLoopback({ family, high, low }: IpAddress): boolean {
  return family === "ipv4" ? low >> 24n === 127n : high === 0n && low === 1n;
}

/** 169.254.0.0/16, where clouds keep secrets of machines, and fe80::/10. */
export function isLinkLocal({ family, high, low }: IpAddress): boolean {
  return family === "ipv4" ? low >> 16n === 0xa9fen : high >> 54n === 0xfe80n >> 6n;
}

/** Also 240.0.0.0/4, which is reserved, and broadcast. */
export function isMulticast({ family, high, low }: IpAddress): boolean {
  return family === "ipv4" ? low >> 28n >= 0xen : high >> 56n === 0xffn;
}

function parseIpv4(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Of a text that is an address. */
function parseIpv6(text: string): bigint {
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (last) => {
    const value = parseIpv4(last);
    return `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
  });
  const [front = [], back] = plain.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const left = back === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: left }, () => "0"), ...(back ?? [])];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
