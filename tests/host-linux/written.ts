/** Standard output of a system, as text. */
import { Writable } from "node:stream";

export class Written extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
