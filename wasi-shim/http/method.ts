/** wasi:http/types, `method` and `scheme`, and how HTTP writes them. */
import {
  Method,
  MethodConnect,
  MethodDelete,
  MethodGet,
  MethodHead,
  MethodOptions,
  MethodOther,
  MethodPatch,
  MethodPost,
  MethodPut,
  MethodTrace,
} from "wasi:http/types";

export function methodOf(text: string): Method {
  if (text == "GET") return new MethodGet();
  if (text == "HEAD") return new MethodHead();
  if (text == "POST") return new MethodPost();
  if (text == "PUT") return new MethodPut();
  if (text == "DELETE") return new MethodDelete();
  if (text == "CONNECT") return new MethodConnect();
  if (text == "OPTIONS") return new MethodOptions();
  if (text == "TRACE") return new MethodTrace();
  if (text == "PATCH") return new MethodPatch();
  return new MethodOther(text);
}

export function methodText(method: Method): string {
  if (method instanceof MethodGet) return "GET";
  if (method instanceof MethodHead) return "HEAD";
  if (method instanceof MethodPost) return "POST";
  if (method instanceof MethodPut) return "PUT";
  if (method instanceof MethodDelete) return "DELETE";
  if (method instanceof MethodConnect) return "CONNECT";
  if (method instanceof MethodOptions) return "OPTIONS";
  if (method instanceof MethodTrace) return "TRACE";
  if (method instanceof MethodPatch) return "PATCH";
  return (<MethodOther>method).value;
}
