/**
 * Which function answers a request: by its method and its path.
 *
 *     router.get("/notes/:id", (c) => …);      c.param("id")
 *     router.get("/files/*", (c) => …);        c.param("*"): the rest, with its slashes
 *
 * Routes are tried in the order in which they were added. A path that only other methods
 * have is 405, with what is allowed; any other that nobody has is 404. HEAD is answered
 * as GET, and the server leaves out the body.
 */
import { Request, Response } from "atoll:http/types";
import { notFound, text, withHeader } from "./answers";
import { Context } from "./context";

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

  /** Any method, in capitals. A pattern begins with `/`. */
  add(method: string, pattern: string, answer: Answer): void {
    if (!pattern.startsWith("/"))
      throw new Error(`a route begins with a slash, and this one is "${pattern}"`);
    this.routes.push(new Route(method, pattern, answer));
  }

  handle(request: Request): Response {
    const context = new Context(request);
    const method = request.method == "HEAD" ? "GET" : request.method;
    let allowed = "";
    const routes = this.routes;
    for (let i = 0; i < routes.length; i++) {
      const route = routes[i];
      if (!route.matches(context)) continue;
      if (route.method == method) {
        const answer = route.answer;
        return answer(context);
      }
      if (allowed.length == 0) allowed = route.method;
      else if (!allowed.split(", ").includes(route.method)) allowed += ", " + route.method;
    }
    if (allowed.length == 0) return notFound();
    return withHeader(text(`${request.method} is not for this path.`, 405), "allow", allowed);
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
    if (this.isPlain) return this.pattern == context.path;
    context.clearParams();
    const parts = this.parts;
    const found = context.path.split("/");
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (part == "*") {
        if (i >= found.length) return false;
        context.setParam("*", found.slice(i).join("/"));
        return true;
      }
      if (i >= found.length) return false;
      if (part.startsWith(":")) {
        if (found[i].length == 0) return false;
        context.setParam(part.substring(1), found[i]);
      } else if (part != found[i]) return false;
    }
    return found.length == parts.length;
  }
}
