/**
 * What a plan says of HTTP: where a listener is, and what it bears.
 */

/** Bytes, milliseconds and counts. */
export interface HttpLimits {
  /** Of all headers of a request, its first line included; more is 431. */
  readonly headerBytes: number;
  /** Of a request's body; more is 413. */
  readonly bodyBytes: number;
  /** Until the headers of a request are there, from its first byte on, or from the connection's begin; then 408. */
  readonly headerTime: number;
  /** Until a request is there with its body; then 408. */
  readonly requestTime: number;
  /** Of a connection without a request; then it is closed. */
  readonly idleTime: number;
  /** Until an answer begins, from when a process took the request; then 504, and the process is killed. Of a client that takes nothing of its answer, until it is cut off. */
  readonly answerTime: number;
  /** Until somebody takes a request; then 503. */
  readonly queueTime: number;
  /** At a time; what comes beyond that is closed. */
  readonly connections: number;
  /** Requests that nobody has taken; one more is 503. */
  readonly waiting: number;
}

export type HttpGrant =
  | {
      readonly device: "atoll:device/http-server";
      /** Name or address of an interface of the machine. */
      readonly host: string;
      /** 0: any that is free. */
      readonly port: number;
      readonly limits: HttpLimits;
      /** For a component that imports it and was not granted it: nobody listens, and nothing comes. */
      readonly closed?: true;
    }
  | {
      readonly device: "atoll:device/http-client";
      /** Host names and addresses, with a port or for the ports of http and https. */
      readonly to: readonly string[];
    };
