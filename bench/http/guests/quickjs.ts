// @dialect full
// @wasi none
import type { Request, Response } from "atoll:http/types";

const HELLO = new TextEncoder().encode("Hello, world!");

export function handle(request: Request): Response {
  const found = request.target === "/hello";
  const headers: [string, string][] = [["content-type", "text/plain; charset=utf-8"]];
  return { status: found ? 200 : 404, headers, body: found ? HELLO : new Uint8Array() };
}
