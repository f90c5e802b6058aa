/** The shim of a process that uses or serves HTTP. */
export * from "./with-sockets";

export { Fields } from "./http/fields";
export { httpErrorCode } from "./http/error-code";
export { FutureTrailers, IncomingBody } from "./http/incoming-body";
export { OutgoingBody } from "./http/outgoing-body";
export { IncomingRequest } from "./http/incoming-request";
export { OutgoingResponse } from "./http/outgoing-response";
export { OutgoingRequest, RequestOptions } from "./http/outgoing-request";
export { FutureIncomingResponse, handle, IncomingResponse } from "./http/outgoing-handler";
export { finish, next, ResponseOutparam } from "./http/exchange";
