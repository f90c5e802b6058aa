/** Rounds over a message channel: the next request is sent when the reply is here. */
import type { Reply, Request } from "../cases.ts";
import type { Carry } from "./peer.ts";

export interface Message {
  readonly case: string;
  readonly request: Request;
}

/** `listen` is called once, with who takes the replies. */
export function messageRounds(
  send: (message: Message) => void,
  listen: (take: (reply: Reply) => void) => void,
): Carry {
  let take: ((reply: Reply) => void) | undefined;
  listen((reply) => take?.(reply));
  return (c, rounds) =>
    new Promise((resolve) => {
      const conversation = c.converse();
      const ask = (i: number): void => {
        if (i === rounds) return resolve(conversation.checksum());
        take = (reply) => {
          conversation.take(i, reply);
          ask(i + 1);
        };
        send({ case: c.name, request: conversation.request(i) });
      };
      ask(0);
    });
}
