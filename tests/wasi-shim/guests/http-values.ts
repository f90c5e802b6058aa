/** What of wasi:http a program has without a network: fields, requests and responses to be made. */
import { Option, Result, Tuple2, Void } from "atoll";
import { handle } from "wasi:http/outgoing-handler";
import {
  ErrorCodeHTTPProtocolError,
  ErrorCodeHTTPRequestBodySize,
  ErrorCodeHTTPRequestDenied,
  ErrorCodeHTTPRequestMethodInvalid,
  ErrorCodeHTTPRequestURIInvalid,
  Fields,
  HeaderError,
  HeaderErrorForbidden,
  HeaderErrorImmutable,
  HeaderErrorInvalidSyntax,
  httpErrorCode,
  MethodConnect,
  MethodGet,
  MethodOther,
  MethodPost,
  OutgoingBody,
  OutgoingRequest,
  OutgoingResponse,
  RequestOptions,
  SchemeHTTP,
  SchemeOther,
} from "wasi:http/types";
import { StreamErrorLastOperationFailed } from "wasi:io/streams";
import { check } from "./check";

function bytes(text: string): StaticArray<u8> {
  const encoded = Uint8Array.wrap(String.UTF8.encode(text));
  const made = new StaticArray<u8>(encoded.length);
  for (let i = 0; i < encoded.length; i++) made[i] = encoded[i];
  return made;
}

function text(value: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(value), value.length);
}

function all(fields: Fields): string {
  const entries = fields.entries();
  let found = "";
  for (let i = 0; i < entries.length; i++) found += entries[i]._0 + "=" + text(entries[i]._1) + ";";
  return found;
}

function isForbidden(changed: Result<Void, HeaderError>): bool {
  return changed.isErr && changed.error instanceof HeaderErrorForbidden;
}

function isInvalid(changed: Result<Void, HeaderError>): bool {
  return changed.isErr && changed.error instanceof HeaderErrorInvalidSyntax;
}

function isImmutable(changed: Result<Void, HeaderError>): bool {
  return changed.isErr && changed.error instanceof HeaderErrorImmutable;
}

export function run(): void {
  fields();
  requests();
  responses();
  bodies();
  refusals();
}

function fields(): void {
  const made = new Fields();
  made.append("X-A", bytes("1"));
  made.append("x-b", bytes("2"));
  made.append("x-a", bytes("3"));
  check("fields are kept in their order", all(made) == "X-A=1;x-b=2;x-a=3;", all(made));
  const found = made.get("x-A");
  check(
    "a field is found without regard to case, all its values",
    found.length == 2 && text(found[1]) == "3",
  );
  check("a field that is there is there", made.has("X-B") && !made.has("x-c") && made.get("x-c").length == 0);
  const copy = made.clone();
  made.set("X-a", [bytes("4"), bytes("5")]);
  check("a field that is set has the new values alone", all(made) == "x-b=2;X-a=4;X-a=5;", all(made));
  made.delete_("x-A");
  check("a field that is deleted is not there", all(made) == "x-b=2;", all(made));
  check("a clone goes its own way", all(copy) == "X-A=1;x-b=2;x-a=3;", all(copy));
  check(
    "a name or a value that HTTP does not allow is refused",
    isInvalid(made.append("x y", bytes("1"))) &&
      isInvalid(made.append("", bytes("1"))) &&
      isInvalid(made.append("x", bytes("a\r\nb: c"))) &&
      isInvalid(made.set("x", [bytes("a\0")])) &&
      isInvalid(made.delete_("x:")),
  );
  check(
    "a field that is the connection's is refused",
    isForbidden(made.append("Connection", bytes("close"))) &&
      isForbidden(made.set("transfer-encoding", [bytes("chunked")])) &&
      isForbidden(made.delete_("HOST")),
  );
  const listed = Fields.fromList([new Tuple2("a", bytes("\t\xff")), new Tuple2("B", bytes(""))]);
  check(
    "fields are made of a list",
    listed.isOk && listed.value.entries().length == 2 && listed.value.has("b"),
  );
  const wrong = Fields.fromList([new Tuple2("a", bytes("1")), new Tuple2("upgrade", bytes("1"))]);
  const invalid = Fields.fromList([new Tuple2("ä", bytes("1"))]);
  check(
    "fields of a list with one that is not allowed are refused",
    wrong.isErr && wrong.error instanceof HeaderErrorForbidden && invalid.isErr,
  );
}

function requests(): void {
  const fields = new Fields();
  fields.append("x-a", bytes("1"));
  const request = new OutgoingRequest(fields);
  check(
    "a request is GET, and names no server at first",
    request.method() instanceof MethodGet &&
      request.pathWithQuery() === null &&
      request.scheme() === null &&
      request.authority() === null,
  );
  const headers = request.headers();
  check(
    "headers of a request can be seen and not changed",
    all(headers) == "x-a=1;" &&
      isImmutable(headers.append("b", bytes("1"))) &&
      isImmutable(headers.delete_("x-a")),
  );
  request.setMethod(new MethodPost());
  const method = request.setMethod(new MethodOther("a b"));
  check("a method is set, one that is none is not", method.isErr && request.method() instanceof MethodPost);
  request.setPathWithQuery("/a?b=c");
  const path = request.setPathWithQuery("/a b");
  check("a path is set, one that is none is not", path.isErr && request.pathWithQuery() == "/a?b=c");
  request.setScheme(new SchemeHTTP());
  const scheme = request.setScheme(new SchemeOther("a b"));
  check("a scheme is set, one that is none is not", scheme.isErr && request.scheme() instanceof SchemeHTTP);
  request.setAuthority("example.com:81");
  const authority = request.setAuthority("me@example.com");
  check(
    "an authority is set, one that is none is not",
    authority.isErr && request.authority() == "example.com:81",
  );
  request.setPathWithQuery(null);
  request.setAuthority(null);
  check("what was set is taken back", request.pathWithQuery() === null && request.authority() === null);
  check("the body of a request is there once", request.body().isOk && request.body().isErr);
  const options = new RequestOptions();
  const none =
    options.connectTimeout().isNone &&
    options.firstByteTimeout().isNone &&
    options.betweenBytesTimeout().isNone;
  options.setConnectTimeout(Option.some<u64>(1));
  options.setFirstByteTimeout(Option.some<u64>(2));
  options.setBetweenBytesTimeout(Option.some<u64>(3));
  check(
    "time-outs are kept",
    none &&
      options.connectTimeout().value == 1 &&
      options.firstByteTimeout().value == 2 &&
      options.betweenBytesTimeout().value == 3,
  );
}

function responses(): void {
  const response = new OutgoingResponse(new Fields());
  check("a response is 200 at first", response.statusCode() == 200);
  response.setStatusCode(404);
  const status = response.setStatusCode(99);
  check("a status is set, one that is none is not", status.isErr && response.statusCode() == 404);
  check(
    "headers of a response can be seen and not changed",
    isImmutable(response.headers().append("b", bytes("1"))),
  );
  check("the body of a response is there once", response.body().isOk && response.body().isErr);
}

function bodies(): void {
  const fields = new Fields();
  fields.append("Content-Length", bytes("3"));
  const request = new OutgoingRequest(fields);
  const body = request.body().value;
  const stream = body.write().value;
  check("the stream of a body is there once", body.write().isErr);
  stream.blockingWriteAndFlush(bytes("ab"));
  check("a body takes what is written before its request is sent", stream.checkWrite().value > 0);
  stream.checkWrite();
  const tooMuch = stream.write(bytes("cd"));
  const error = tooMuch.isErr ? tooMuch.error : null;
  const code =
    error !== null && error instanceof StreamErrorLastOperationFailed
      ? httpErrorCode((<StreamErrorLastOperationFailed>error).value)
      : null;
  check(
    "a body longer than its content-length fails, and says so",
    code !== null && code instanceof ErrorCodeHTTPRequestBodySize,
  );
  stream.drop();
  body.drop();
  const short = new Fields();
  short.append("content-length", bytes("3"));
  const finished = OutgoingBody.finish(new OutgoingRequest(short).body().value, null);
  check(
    "a body shorter than its content-length is no whole body",
    finished.isErr && finished.error instanceof ErrorCodeHTTPRequestBodySize,
  );
}

function to(authority: string | null): OutgoingRequest {
  const request = new OutgoingRequest(new Fields());
  request.setScheme(new SchemeHTTP());
  request.setAuthority(authority);
  return request;
}

function refusals(): void {
  const denied = handle(to("example.com"), null);
  check(
    "a server that was not granted is denied",
    denied.isErr && denied.error instanceof ErrorCodeHTTPRequestDenied,
  );
  const nowhere = handle(to(null), null);
  const connect = to("example.com");
  connect.setMethod(new MethodConnect());
  const tunnel = handle(connect, null);
  const gopher = to("example.com");
  gopher.setScheme(new SchemeOther("gopher"));
  const other = handle(gopher, null);
  check(
    "a request that cannot be sent says why",
    nowhere.isErr &&
      nowhere.error instanceof ErrorCodeHTTPRequestURIInvalid &&
      tunnel.isErr &&
      tunnel.error instanceof ErrorCodeHTTPRequestMethodInvalid &&
      other.isErr &&
      other.error instanceof ErrorCodeHTTPProtocolError,
  );
}
