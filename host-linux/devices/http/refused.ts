/** Requests that no process gets, by their headers; what Node refuses itself is not among them. */

/** By the length of their names. */
const LOOKED_AT: Readonly<Record<number, string>> = {
  4: "host",
  14: "content-length",
  17: "transfer-encoding",
};

/**
 * The status that such a request is answered with; undefined for one that a process may have.
 * @param headers names and values in turn, as they were sent
 */
export function statusOfRefused(headers: readonly string[], bodyBytes: number): number | undefined {
  let hosts = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const known = LOOKED_AT[headers[i]!.length];
    if (known === undefined || headers[i]!.toLowerCase() !== known) continue;
    const value = headers[i + 1]!;
    if (known === "content-length" && Number(value) > bodyBytes) return 413;
    // A coding that nobody takes off again would reach the process as if it were the body.
    if (known === "transfer-encoding" && value.toLowerCase() !== "chunked") return 501;
    // Whoever stands before this listener may have looked at the other one.
    if (known === "host" && ++hosts > 1) return 400;
  }
  return undefined;
}
