/** Which servers a grant of the HTTP client names, and which one a request names. */

export interface Server {
  /** In lower case, an address of IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?))(?::(\d{1,5}))?$/i;
const [PLAIN, SECURE] = [80, 443];

/** Undefined for what is no host, with or without a port. */
export function serverOf(authority: string, secure: boolean): Server | undefined {
  const [, address, name, digits] = AUTHORITY.exec(authority) ?? [];
  const host = (address ?? name)?.toLowerCase();
  const port = digits === undefined ? (secure ? SECURE : PLAIN) : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** @param to of the grant: hosts, `*.` and a name for all below it, with or without a port. */
export function isGranted({ host, port }: Server, to: readonly string[]): boolean {
  return to.some((pattern) => {
    const isBelow = pattern.startsWith("*.");
    const known = serverOf(isBelow ? pattern.slice(2) : pattern, false);
    if (known === undefined) return false;
    const isSameHost = isBelow ? host.endsWith(`.${known.host}`) : host === known.host;
    const isSamePort = /:\d+$/.test(pattern.replace(/^\[.*\]/, ""))
      ? port === known.port
      : port === PLAIN || port === SECURE;
    return isSameHost && isSamePort;
  });
}
