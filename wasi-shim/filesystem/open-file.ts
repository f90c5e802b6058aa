/**
 * What is open of the device, for a descriptor and for the streams that were made
 * of it: a stream goes on when its descriptor is dropped.
 */
import { Descriptor } from "atoll:device/files";

export class OpenFile {
  private users: i32 = 1;

  constructor(readonly device: Descriptor) {}

  share(): OpenFile {
    this.users++;
    return this;
  }

  /** Closes it with the last of its users. */
  leave(): void {
    if (--this.users == 0) this.device.drop();
  }
}
