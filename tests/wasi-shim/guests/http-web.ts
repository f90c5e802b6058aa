/** A handler of wasi:http, as any toolchain makes one: what it does is the request's path. */
import { Option, Result, Tuple2 } from "atoll";
import { handle as ask } from "wasi:http/outgoing-handler";
import {
  ErrorCode,
  ErrorCodeConnectionReadTimeout,
  ErrorCodeConnectionRefused,
  ErrorCodeConnectionTerminated,
  ErrorCodeConnectionTimeout,
  ErrorCodeDNSError,
  ErrorCodeHTTPProtocolError,
  ErrorCodeHTTPRequestBodySize,
  ErrorCodeHTTPRequestDenied,
  ErrorCodeInternalError,
  Fields,
  FutureIncomingResponse,
  httpErrorCode,
  IncomingBody,
  IncomingRequest,
  MethodGet,
  MethodHead,
  MethodOther,
  MethodPost,
  OutgoingBody,
  OutgoingRequest,
  OutgoingResponse,
  RequestOptions,
  ResponseOutparam,
  SchemeHTTP,
} from "wasi:http/types";
import { InputStream, OutputStream, StreamError, StreamErrorLastOperationFailed } from "wasi:io/streams";

function bytes(text: string): StaticArray<u8> {
  const encoded = Uint8Array.wrap(String.UTF8.encode(text));
  const made = new StaticArray<u8>(encoded.length);
  for (let i = 0; i < encoded.length; i++) made[i] = encoded[i];
  return made;
}

function text(value: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(value), value.length);
}

export function handle(request: IncomingRequest, out: ResponseOutparam): void {
  const target = request.pathWithQuery();
  const path = target === null ? "" : target;
  if (path == "/echo") return echo(request, out);
  if (path.startsWith("/ask/")) return proxy(request, path.substring(5), out);
  if (path == "/silent") return;
  if (path == "/crash") unreachable();
  if (path == "/throw") throw new Error("my last words");
  if (path == "/crash-late") {
    const body = begin(out, 200, new Fields());
    body.write().value.blockingWriteAndFlush(bytes("begun"));
    unreachable();
  }
  if (path == "/error") {
    return ResponseOutparam.set(
      out,
      Result.err<OutgoingResponse, ErrorCode>(new ErrorCodeInternalError("secret")),
    );
  }
  if (path == "/dropped") {
    const body = begin(out, 200, new Fields());
    body.write().value.blockingWriteAndFlush(bytes("begun"));
    return body.drop();
  }
  if (path == "/before") return before(out, bytes("before"));
  if (path == "/much-before") return before(out, new StaticArray<u8>(1_000_000));
  if (path == "/length") {
    const fields = new Fields();
    fields.append("content-length", bytes("5"));
    const body = begin(out, 200, fields);
    if (OutgoingBody.finish(body, null).isErr) unreachable();
    return;
  }
  if (path == "/bare") {
    const response = new OutgoingResponse(new Fields());
    response.setStatusCode(204);
    return ResponseOutparam.set(out, Result.ok<OutgoingResponse, ErrorCode>(response));
  }
  describe(request, path, out);
}

/** Its parts, as text. */
function describe(request: IncomingRequest, path: string, out: ResponseOutparam): void {
  const method = request.method();
  let name = "?";
  if (method instanceof MethodGet) name = "GET";
  if (method instanceof MethodPost) name = "POST";
  if (method instanceof MethodHead) name = "HEAD";
  if (method instanceof MethodOther) name = "other " + (<MethodOther>method).value;
  const authority = request.authority();
  const scheme = request.scheme();
  let said = name + " " + path + " " + (authority === null ? "" : authority);
  said += scheme !== null && scheme instanceof SchemeHTTP ? " HTTP" : " ?";
  const entries = request.headers().entries();
  for (let i = 0; i < entries.length; i++) said += " " + entries[i]._0 + "=" + text(entries[i]._1);
  said += " " + request.headers().append("x", bytes("1")).isErr.toString();
  const fields = new Fields();
  fields.append("content-type", bytes("text/plain"));
  fields.append("Set-Cookie", bytes("a=1"));
  fields.append("Set-Cookie", bytes("b=2"));
  const body = begin(out, 203, fields);
  const stream = body.write().value;
  stream.blockingWriteAndFlush(bytes(said));
  stream.drop();
  OutgoingBody.finish(body, null);
}

function begin(out: ResponseOutparam, status: u16, fields: Fields): OutgoingBody {
  const response = new OutgoingResponse(fields);
  response.setStatusCode(status);
  const body = response.body().value;
  ResponseOutparam.set(out, Result.ok<OutgoingResponse, ErrorCode>(response));
  return body;
}

/** All is written, and over, before the head goes out. */
function before(out: ResponseOutparam, contents: StaticArray<u8>): void {
  const response = new OutgoingResponse(new Fields());
  const body = response.body().value;
  const stream = body.write().value;
  stream.blockingWriteAndFlush(contents);
  stream.drop();
  const trailers = new Fields();
  trailers.append("x-end", bytes("1"));
  OutgoingBody.finish(body, trailers);
  ResponseOutparam.set(out, Result.ok<OutgoingResponse, ErrorCode>(response));
}

/** Both bodies at a time, and the trailers. */
function echo(request: IncomingRequest, out: ResponseOutparam): void {
  const incoming = request.consume().value;
  const isOnce = request.consume().isErr;
  const body = begin(out, isOnce ? 200 : 500, new Fields());
  const sink = body.write().value;
  const source = incoming.stream().value;
  const error = pipe(source, sink);
  source.drop();
  sink.drop();
  if (error !== "") return body.drop();
  const trailers = IncomingBody.finish(incoming);
  trailers.subscribe().block();
  const found = trailers.get();
  if (found === null || found.isErr || found.value.isErr) return body.drop();
  const fields = found.value.value;
  OutgoingBody.finish(body, fields === null ? null : fields.clone());
}

/** What it ended in; "" for the end. */
function pipe(source: InputStream, sink: OutputStream): string {
  while (true) {
    const part = source.blockingRead(100_000);
    if (part.isErr) return problem(part.error);
    for (let at = 0; at < part.value.length; at += 4096) {
      const written = sink.blockingWriteAndFlush(part.value.slice<StaticArray<u8>>(at, at + 4096));
      if (written.isErr) return "written: " + problem(written.error);
    }
  }
}

function problem(error: StreamError): string {
  if (!(error instanceof StreamErrorLastOperationFailed)) return "";
  const code = httpErrorCode((<StreamErrorLastOperationFailed>error).value);
  return code === null ? "unknown" : nameOf(code);
}

function nameOf(code: ErrorCode): string {
  if (code instanceof ErrorCodeHTTPRequestDenied) return "denied";
  if (code instanceof ErrorCodeConnectionRefused) return "refused";
  if (code instanceof ErrorCodeConnectionTimeout) return "timeout";
  if (code instanceof ErrorCodeConnectionReadTimeout) return "read timeout";
  if (code instanceof ErrorCodeConnectionTerminated) return "terminated";
  if (code instanceof ErrorCodeDNSError) return "name";
  if (code instanceof ErrorCodeHTTPProtocolError) return "protocol";
  if (code instanceof ErrorCodeHTTPRequestBodySize) return "size";
  return "other";
}

/** Hands the request on to the server that the path names, and its answer back. */
function proxy(request: IncomingRequest, authority: string, out: ResponseOutparam): void {
  const fields = new Fields();
  const sent = request.headers().get("x-sent");
  if (sent.length > 0) fields.append("x-sent", sent[0]);
  const outgoing = new OutgoingRequest(fields);
  outgoing.setMethod(request.method());
  outgoing.setScheme(new SchemeHTTP());
  const slash = authority.indexOf("/");
  outgoing.setAuthority(authority.substring(0, slash));
  outgoing.setPathWithQuery(authority.substring(slash));
  const options = new RequestOptions();
  options.setFirstByteTimeout(Option.some<u64>(200_000_000));
  options.setBetweenBytesTimeout(Option.some<u64>(200_000_000));
  const body = outgoing.body().value;
  const future = ask(outgoing, options);
  if (future.isErr) return failed(out, "handle: " + nameOf(future.error));
  const incoming = request.consume().value;
  const sink = body.write().value;
  const source = incoming.stream().value;
  const error = pipe(source, sink);
  sink.drop();
  source.drop();
  if (error !== "") return failed(out, error);
  OutgoingBody.finish(body, null);
  answer(future.value, out);
}

function answer(future: FutureIncomingResponse, out: ResponseOutparam): void {
  future.subscribe().block();
  const found = future.get();
  if (found === null || found.isErr) return failed(out, "no answer");
  const again = future.get();
  if (again === null || again.isOk) return failed(out, "an answer twice");
  if (found.value.isErr) return failed(out, nameOf(found.value.error));
  const response = found.value.value;
  const got = response.consume().value;
  const fields = new Fields();
  const origin = response.headers().get("x-origin");
  if (origin.length > 0) fields.append("x-origin", origin[0]);
  const body = begin(out, response.status(), fields);
  const sink = body.write().value;
  const source = got.stream().value;
  const error = pipe(source, sink);
  if (error !== "") sink.blockingWriteAndFlush(bytes("(" + error + ")"));
  source.drop();
  sink.drop();
  const trailers = IncomingBody.finish(got);
  trailers.subscribe().block();
  OutgoingBody.finish(body, null);
}

function failed(out: ResponseOutparam, why: string): void {
  const body = begin(out, 599, new Fields());
  const sink = body.write().value;
  sink.blockingWriteAndFlush(bytes(why));
  sink.drop();
  OutgoingBody.finish(body, null);
}
