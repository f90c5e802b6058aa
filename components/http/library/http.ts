/**
 * Module "atoll/http": what a program needs that answers HTTP requests.
 *
 *     // @wit notes:web/app
 *     // @export atoll:http/handler
 *     import { Request, Response, Router, text } from "atoll/http";
 *
 *     const router = new Router();
 *     router.get("/hello/:name", (c) => text(`Hello, ${c.param("name")}!`));
 *
 *     export function handle(request: Request): Response {
 *       return router.handle(request);
 *     }
 */
export { Request, Response } from "atoll:http/types";
export {
  badRequest,
  bytes,
  escapeHtml,
  html,
  json,
  noContent,
  notFound,
  redirect,
  text,
  withHeader,
} from "./http/answers";
export { Context } from "./http/context";
export { decodeComponent, encodeComponent } from "./http/percent";
export { Router } from "./http/router";
export { fromUtf8, toUtf8 } from "./http/utf8";
export { Json, JsonKind } from "./json/value";
