// @wit bench:web/app
// @export atoll:http/handler
import { Request, Response, Router, text } from "atoll/http";

/** How often this instance has answered; 1 tells that it is new. */
let served = 0;
const router = new Router();
router.get("/hello", (c) => text("Hello, world!"));
router.get("/served", (c) => text((++served).toString()));

export function handle(request: Request): Response {
  return router.handle(request);
}
