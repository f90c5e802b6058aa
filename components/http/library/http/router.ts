/**
 * Which function answers a request: by its method and its path.
 *
 *     router.get("/notes/:id", (c) => …);      c.param("id")
 *     router.get("/files/*", (c) => …);        c.param("*"): the rest, with its slashes
 *
 * Routes are tried in the order in which they were added. A path that only other methods
 * have is 405, with what is allowed; any other that nobody has is 404. HEAD is answered
 * as GET where it has no route of its own, and the server leaves out the body.
 */
import { Request, Response } from "atoll:http/types";
import { notFound, text, withHeader } from "./answers";
import { Context } from "./context";
import { decodeComponent } from "./percent";

type Answer = (context: Context) => Response;

@final
export class Router {
  private routes: Route[] = [];

  get(pattern: string, answer: Answer): void {
    this.add("GET", pattern, answer);
  }

  post(pattern: string, answer: Answer): void {
    this.add("POST", pattern, answer);
  }

  put(pattern: string, answer: Answer): void {
    this.add("PUT", pattern, answer);
  }

  patch(pattern: string, answer: Answer): void {
    this.add("PATCH", pattern, answer);
  }

  delete(pattern: string, answer: Answer): void {
    this.add("DELETE", pattern, answer);
  }

  /** Any method, in capitals. A pattern begins with `/`; a part that is `*` is its last. */
  add(method: string, pattern: string, answer: Answer): void {
    if (!pattern.startsWith("/"))
      throw new Error(`a route begins with a slash, and this one is "${pattern}"`);
    if (pattern.includes("*/"))
      throw new Error(
        `a route ends with its "*", and this one is "${pattern}": name a part in the middle, such as ":part"`,
      );
    this.routes.push(new Route(method, pattern, answer));
  }

  handle(request: Request): Response {
    const context = new Context(request);
    const route = this.find(request.method, context);
    if (route !== null) {
      const answer = route.answer;
      return answer(context);
    }
    const allowed = this.allowed(context);
    if (allowed.length == 0) return notFound();
    return withHeader(text(`${request.method} is not for this path.`, 405), "allow", allowed.join(", "));
  }

  private find(method: string, context: Context): Route | null {
    const routes = this.routes;
    for (let i = 0; i < routes.length; i++) {
      if (routes[i].method == method && routes[i].matches(context)) return routes[i];
    }
    return method == "HEAD" ? this.find("GET", context) : null;
  }

  /** Methods that the path has. */
  private allowed(context: Context): string[] {
    const found: string[] = [];
    for (let i = 0; i < this.routes.length; i++) {
      const route = this.routes[i];
      if (found.includes(route.method) || !route.matches(context)) continue;
      found.push(route.method);
    }
    if (found.includes("GET") && !found.includes("HEAD")) found.push("HEAD");
    return found;
  }
}

@final
class Route {
  private parts: string[];
  /** Without parameters: the path is compared as it is. */
  private isPlain: bool;

  constructor(
    readonly method: string,
    readonly pattern: string,
    readonly answer: Answer,
  ) {
    this.parts = pattern.split("/");
    this.isPlain = !pattern.includes(":") && !pattern.includes("*");
  }

  /** Sets the parameters where it matches. */
  matches(context: Context): bool {
    context.clearParams();
    const path = context.path;
    if (this.isPlain && (this.pattern == path || !path.includes("%"))) return this.pattern == path;
    const parts = this.parts;
    const found = path.split("/");
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (i >= found.length) return false;
      if (part == "*") {
        context.setParam("*", found.slice(i).join("/"));
        return true;
      }
      if (part.startsWith(":")) {
        if (found[i].length == 0) return false;
        context.setParam(part.substring(1), found[i]);
      } else if (part != found[i] && part != decodeComponent(found[i])) return false;
    }
    return found.length == parts.length;
  }
}
