/** Addresses of wasi:sockets as the device has them, and back. */
import { Tuple4, Tuple8 } from "atoll";
import { Family, SocketAddress } from "atoll:device/sockets";
import {
  IpAddress,
  IpAddressFamily,
  IpAddressIpv4,
  IpAddressIpv6,
  IpSocketAddress,
  IpSocketAddressIpv4,
  IpSocketAddressIpv6,
  Ipv4SocketAddress,
  Ipv6SocketAddress,
} from "wasi:sockets/network";

type Ipv4 = Tuple4<u8, u8, u8, u8>;
type Ipv6 = Tuple8<u16, u16, u16, u16, u16, u16, u16, u16>;

/** Flow information is not for programs to choose here. */
export function toDevice(address: IpSocketAddress): SocketAddress {
  if (address instanceof IpSocketAddressIpv4) {
    const v4 = (address as IpSocketAddressIpv4).value;
    const ip = v4.address;
    const low = ((<u64>ip._0) << 24) | ((<u64>ip._1) << 16) | ((<u64>ip._2) << 8) | ip._3;
    return new SocketAddress(Family.Ipv4, 0, low, v4.port, 0);
  }
  const v6 = (address as IpSocketAddressIpv6).value;
  const ip = v6.address;
  const high = half(ip._0, ip._1, ip._2, ip._3);
  const low = half(ip._4, ip._5, ip._6, ip._7);
  return new SocketAddress(Family.Ipv6, high, low, v6.port, v6.scopeId);
}

export function fromDevice(address: SocketAddress): IpSocketAddress {
  if (address.family == Family.Ipv4)
    return new IpSocketAddressIpv4(new Ipv4SocketAddress(address.port, ipv4(address)));
  return new IpSocketAddressIpv6(new Ipv6SocketAddress(address.port, 0, ipv6(address), address.scopeId));
}

export function ipOf(address: SocketAddress): IpAddress {
  if (address.family == Family.Ipv4) return new IpAddressIpv4(ipv4(address));
  return new IpAddressIpv6(ipv6(address));
}

export function deviceFamily(family: IpAddressFamily): Family {
  return family == IpAddressFamily.Ipv4 ? Family.Ipv4 : Family.Ipv6;
}

function ipv4(address: SocketAddress): Ipv4 {
  const low = <u32>address.low;
  return new Tuple4<u8, u8, u8, u8>(<u8>(low >> 24), <u8>(low >> 16), <u8>(low >> 8), <u8>low);
}

function ipv6(address: SocketAddress): Ipv6 {
  const high = address.high;
  const low = address.low;
  return new Tuple8<u16, u16, u16, u16, u16, u16, u16, u16>(
    <u16>(high >> 48),
    <u16>(high >> 32),
    <u16>(high >> 16),
    <u16>high,
    <u16>(low >> 48),
    <u16>(low >> 32),
    <u16>(low >> 16),
    <u16>low,
  );
}

function half(a: u64, b: u64, c: u64, d: u64): u64 {
  return (a << 48) | (b << 32) | (c << 16) | d;
}
