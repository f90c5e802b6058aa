/** The libraries "atoll/http" and "atoll/json": routes, parts of a request, JSON against JavaScript's own. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../toolchain/abi/runs.ts";
import { compileText, type Guest, instantiate } from "../../toolchain/compile/guest.ts";

/** Everything at once: a program takes seconds to compile. */
const PROGRAM = `// @wit test:web/probe
// @export atoll:http/handler
import {
  badRequest, bytes, decodeComponent, encodeComponent, escapeHtml, fromUtf8, html, Json, json, noContent,
  redirect, Request, Response, Router, text, toUtf8, withHeader,
} from "atoll/http";
import { Json as Same } from "atoll/json";

const router = new Router();
router.get("/", (c) => text("home"));
router.get("/notes/:id", (c) => text(\`note \${c.param("id")}\`));
router.put("/notes/:id", (c) => noContent());
router.get("/notes/:id/lines/:line", (c) => text(\`\${c.param("id")}:\${c.param("line")}:\${c.param("none")}\`));
router.get("/files/*", (c) => text(c.param("*")));
router.get("/find", (c) => {
  const word = c.query("word");
  return text(word === null ? "no word" : \`[\${word}]\`);
});
router.get("/old", (c) => redirect("/new"));
router.get("/agent", (c) => {
  const agent = c.header("User-Agent");
  return agent === null ? badRequest("who are you?") : html(\`<p>\${escapeHtml(agent)}</p>\`);
});
router.post("/form", (c) => {
  const name = c.form("name");
  return name === null ? badRequest("no name") : text(name, 201);
});
router.post("/json", (c) => {
  const body = c.json();
  if (body === null) return badRequest("that is no JSON");
  const list = Json.list().push(Json.bool(body.has("n"))).push(body.get("deep").get("er").at(1));
  return json(Json.object().set("got", body).set("list", list).set("got", body.get("n")));
});
router.get("/grüße/:name/", (c) => text(\`grüße \${c.param("name")}\`));
router.get("/notes/1/lines/2/words", (c) => text(\`[\${c.param("id")}]\`));
router.add("HEAD", "/old", (c) => withHeader(noContent(), "x-head", "1"));
router.add("LINK", "/", (c) => withHeader(bytes(toUtf8("linked"), "x/y"), "x-method", c.method));

export function handle(request: Request): Response {
  return router.handle(request);
}

export function again(text: string): string | null {
  const value = Same.parse(text);
  return value === null ? null : value.toString();
}
export function add(pattern: string): void { router.get(pattern, (c) => text("")); }
export function escaped(text: string): string { return escapeHtml(text); }
export function number(text: string): f64 {
  const read = Same.parse(text);
  return read === null ? NaN : read.asNumber();
}
export function decoded(text: string): string { return decodeComponent(text); }
export function encoded(text: string): string { return encodeComponent(text); }
export function textOf(bytes: StaticArray<u8>): string { return fromUtf8(bytes); }
export function bytesOf(text: string): StaticArray<u8> { return toUtf8(text); }
`;

let guest: Guest;
beforeAll(async () => {
  guest = await instantiate((await compileText(PROGRAM)).component);
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function ask(method: string, target: string, body = "", headers: readonly [string, string][] = []): Answer {
  const request = { method, target, headers, body: new TextEncoder().encode(body) };
  const response = guest.call("handle", request) as unknown as {
    status: number;
    headers: [string, string][];
    body: Iterable<number>;
  };
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new TextDecoder().decode(Uint8Array.from(response.body)),
  };
}

/** The text, read and written again; null for what is not read. */
function again(text: string): string | null {
  const read = guest.call("again", text) as { case: string; value?: string };
  return read.case === "some" ? (read.value ?? null) : null;
}

/** fast-check's own strings of this kind take seconds to begin with. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }).map((point) => (point >> 11 === 0x1b ? 0x41 : point)))
  .map((points) => String.fromCodePoint(...points));

function collapsed(text: string): string {
  return text.replaceAll(/\ufffd+/g, "\ufffd");
}

/** What lies in the middle between a number and the next one away from zero, digit for digit. */
function middleAbove(number: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(number));
  const bits = view.getBigUint64(0);
  const field = bits >> 52n;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const twice = 2n * (field === 0n ? fraction : fraction | 0x10_0000_0000_0000n) + 1n;
  // twice × 2^power
  const power = (field === 0n ? 1n : field) - 1076n;
  return power >= 0n ? String(twice << power) : `${twice * 5n ** -power}e${power}`;
}

/** Lean writes it as 0. */
function withoutMinusZero(_name: string, value: unknown): unknown {
  return value === 0 ? 0 : value;
}

describe("routes", () => {
  it.each([
    ["GET", "/", 200, "home"],
    ["HEAD", "/", 200, "home"],
    ["GET", "/?a=1", 200, "home"],
    ["GET", "/notes/7", 200, "note 7"],
    ["GET", "/notes/a%20b%C3%A9", 200, "note a bé"],
    ["GET", "/notes/%zz%", 200, "note %zz%"],
    ["GET", "/notes/1/lines/2?x", 200, "1:2:"],
    ["GET", "/files/a/b%2Fc/", 200, "a/b/c/"],
    ["GET", "/files/", 200, ""],
    ["PUT", "/notes/7", 204, ""],
    ["LINK", "/", 200, "linked"],
    ["GET", "/n%6Ftes/7", 200, "note 7"],
    ["GET", "/notes%2F7", 404, "There is nothing here."],
    ["GET", "/gr%C3%BC%C3%9Fe/a/", 200, "grüße a"],
    ["GET", "/gr%C3%BC%C3%9Fe/a", 404, "There is nothing here."],
    ["GET", "/notes/1/lines/2/words", 200, "[]"],
    ["GET", "http://example.com/notes/7?a=/", 200, "note 7"],
    ["GET", "http://example.com", 200, "home"],
    ["GET", "http://example.com?word=/", 200, "home"],
    ["GET", "/find?word=http://example.com/", 200, "[http://example.com/]"],
    ["HEAD", "/old", 204, ""],
    ["GET", "/notes", 404, "There is nothing here."],
    ["GET", "/notes/", 404, "There is nothing here."],
    ["GET", "/notes/1/lines", 404, "There is nothing here."],
    ["GET", "*", 404, "There is nothing here."],
    ["DELETE", "/notes/7", 405, "DELETE is not for this path."],
  ])("%s %s", (method, target, status, body) => {
    expect(ask(method, target)).toMatchObject({ status, body });
  });

  it("says which methods a path has", () => {
    expect(ask("DELETE", "/notes/7").headers["allow"]).toBe("GET, PUT, HEAD");
    expect(ask("HEAD", "/form")).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect(ask("LINK", "/").headers).toEqual({ "content-type": "x/y", "x-method": "LINK" });
  });
});

describe("a pattern", () => {
  it.each(["notes", "/a/*/b"])("that is none is refused: %s", (pattern) => {
    expect(() => guest.call("add", pattern)).toThrow();
  });
});

describe("the parts of a request", () => {
  it("finds what the query says", () => {
    expect(ask("GET", "/find").body).toBe("no word");
    expect(ask("GET", "/find?other=1&word=a+b%26c&word=2").body).toBe("[a b&c]");
    expect(ask("GET", "/find?word").body).toBe("[]");
    expect(ask("GET", "/find?w%6Frd==?").body).toBe("[=?]");
  });

  it("finds headers and forms", () => {
    expect(ask("GET", "/agent")).toMatchObject({ status: 400, body: "who are you?" });
    const page = ask("GET", "/agent", "", [["user-agent", `<a href="x">'&`]]);
    expect(page.body).toBe("<p>&lt;a href=&quot;x&quot;&gt;&#39;&amp;</p>");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(ask("POST", "/form", "a=b&name=Ada+L%C3%B6")).toMatchObject({ status: 201, body: "Ada Lö" });
    expect(ask("POST", "/form", "a=b")).toMatchObject({ status: 400 });
  });

  it("leads elsewhere", () => {
    expect(ask("GET", "/old")).toMatchObject({ status: 303, headers: { location: "/new" } });
  });
});

describe("JSON", () => {
  it("is read and answered", () => {
    const answer = ask("POST", "/json", `{"deep": {"er": [1, "two"]}, "n": 1.50}`);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(answer.body)).toEqual({ got: 1.5, list: [true, "two"] });
    expect(JSON.parse(ask("POST", "/json", "[]").body)).toEqual({ got: null, list: [false, null] });
    expect(ask("POST", "/json", "{").status).toBe(400);
  });

  it("is written as JavaScript reads it, whatever it holds", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(JSON.parse(again(text) ?? "")).toEqual(JSON.parse(text, withoutMinusZero));
      }),
      runs(200),
    );
  });

  it("has JavaScript's numbers", () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
        expect(JSON.parse(again(String(number)) ?? "")).toBe(number + 0);
      }),
      runs(500),
    );
  });

  it("reads each number as JavaScript does, also those that are nearly between two", () => {
    const digits = fc.string({ unit: fc.nat(9).map(String), minLength: 1, maxLength: 30 });
    const decimal = fc
      .tuple(fc.boolean(), fc.nat(9), digits, digits, fc.integer({ min: -350, max: 330 }))
      .map(
        ([minus, first, more, fraction, power]) =>
          `${minus ? "-" : ""}${first === 0 ? "0" : `${first}${more}`}.${fraction}e${power}`,
      );
    const middle = fc.double({ noNaN: true, noDefaultInfinity: true }).map(middleAbove);
    fc.assert(
      fc.property(
        fc.oneof(decimal, fc.double({ max: 1e-308, min: -1e-308, noNaN: true }).map(String), middle),
        (text) => {
          expect(guest.call("number", text)).toBe(JSON.parse(text));
        },
      ),
      runs(1_000),
    );
  });

  it.each([
    "1e400",
    "-1e400",
    "1e-400",
    "-0",
    "0e99999999999",
    "1e99999999999",
    "1e-99999999999",
    "9007199254740993",
    "1.7976931348623158e308",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
    "2.4703282292062327208e-324",
    "2.4703282292062328e-324",
    "2.2250738585072011e-308",
    `0.${"0".repeat(400)}1e400`,
    `1${"0".repeat(5_000)}e-5000`,
    `9007199254740993.${"0".repeat(2_000)}1`,
  ])("reads %s as JavaScript does", (text) => {
    expect(guest.call("number", text)).toBe(JSON.parse(text));
  });

  it("keeps many members apart, the last one of a name", () => {
    const names = Array.from({ length: 40 }, (_, i) => `m${i % 30}`);
    const text = `{${names.map((name, i) => `"${name}":${i}`).join(",")}}`;
    expect(JSON.parse(again(text) ?? "")).toEqual(JSON.parse(text));
  });

  it.each([
    "",
    " ",
    "{",
    "}",
    "[1,]",
    "[,1]",
    "{,}",
    `{"a"}`,
    `{"a":}`,
    `{"a":1,}`,
    "{a:1}",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "tru",
    "truee",
    "nul",
    `"`,
    `"\n"`,
    `"\\x"`,
    `"\\u12"`,
    `"\\u12g4"`,
    "1 2",
    "[1}",
    "\u00a01",
    "NaN",
    "[".repeat(200) + "]".repeat(200),
    `"a" b`,
    "\ufeff1",
  ])("does not read %j", (text) => {
    expect(again(text)).toBeNull();
  });

  it("reads a hundred lists in one another, and spaces between all", () => {
    const deep = "[".repeat(100) + "]".repeat(100);
    expect(again(deep)).toBe(deep);
    expect(again(` { "a" : [ 1 , 2 ] } \n\r\t`)).toBe(`{"a":[1,2]}`);
  });

  it("reads what no component can pass on as U+FFFD", () => {
    expect(again(`"\\ud800"`)).toBe(`"\ufffd"`);
    expect(again(`"\\udc00x"`)).toBe(`"\ufffdx"`);
    expect(again(`"\\ud83d\\ude00\\ud800\\u0041"`)).toBe(`"😀\ufffdA"`);
    expect(again(`"\\ud800\\u12"`)).toBeNull();
  });

  it("may stand in a page", () => {
    expect(again(`"</script>"`)).toBe(`"\\u003c/script>"`);
  });
});

describe("much of what has to be escaped", () => {
  const much = 400_000;

  it("is read and written without copying all for each", () => {
    const text = `"${"\\n".repeat(much)}"`;
    expect(again(text)).toBe(text);
  });

  it("becomes a page or a part of a URL without copying all for each", () => {
    expect(guest.call("escaped", "<".repeat(much))).toBe("&lt;".repeat(much));
    expect(guest.call("encoded", "<".repeat(much))).toBe("%3C".repeat(much));
  });
});

describe("text and its encodings", () => {
  it("is encoded and decoded as encodeURIComponent does it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const encoded = guest.call("encoded", text) as string;
        expect(decodeURIComponent(encoded)).toBe(text);
        expect(guest.call("decoded", encodeURIComponent(text))).toBe(text);
      }),
      runs(100),
    );
  });

  it("is UTF-8, and what is not reads as U+FFFD where JavaScript does so", () => {
    fc.assert(
      fc.property(anyText, fc.uint8Array({ maxLength: 20 }), (text, noise) => {
        const bytes = new TextEncoder().encode(text);
        expect(Uint8Array.from(guest.call("bytes-of", text) as number[])).toEqual(bytes);
        expect(guest.call("text-of", bytes)).toBe(text);
        const mixed = guest.call("text-of", Uint8Array.from([...bytes, ...noise, ...bytes])) as string;
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        expect(collapsed(mixed)).toBe(
          collapsed(decoder.decode(Uint8Array.from([...bytes, ...noise, ...bytes]))),
        );
      }),
      runs(200),
    );
  });
});
