// @dialect full
//
// A service built on Hono, as its authors would write it for any other runtime.
import { fire, incomingHandler } from "@bytecodealliance/jco-std/wasi/0.2.x/http/adapters/hono/server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const app = new Hono();

app.get("/", (c) => c.text("hello"));
app.get("/greet/:name", (c) => c.json({ hello: c.req.param("name"), query: c.req.query("lang") ?? null }));
app.post("/echo", async (c) => {
  const text = await c.req.text();
  return c.text(text.toUpperCase(), 201, { "x-length": String(text.length) });
});
app.get("/secret", () => {
  throw new HTTPException(403, { message: "not for you" });
});
app.get("/boom", () => {
  throw new RangeError("boom");
});
app.delete("/note", (c) => c.body(null, 204));
app.get("/old", (c) => c.redirect("/"));

/** The adapter throws at an answer without a body: to HEAD, redirects, 204. */
const answer = app.fetch;
app.fetch = async (...args) => {
  const { status, headers, body } = await answer(...args);
  const nothing = new ReadableStream({ start: (controller) => controller.close() });
  return { status, headers, body: body ?? nothing } as Response;
};
fire(app);
export { incomingHandler };
