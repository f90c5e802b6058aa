/** `directory-entry-stream` of wasi:filesystem/types: entry by entry, where the device gives batches. */
import { Result } from "atoll";
import { DirectoryEntry as DeviceEntry, DirectoryEntryStream as DeviceStream } from "atoll:device/files";
import { DirectoryEntry, ErrorCode } from "wasi:filesystem/types";

export class DirectoryEntryStream {
  private batch: DeviceEntry[] = [];
  private next: i32 = 0;

  constructor(private device: DeviceStream) {}

  readDirectoryEntry(): Result<DirectoryEntry | null, ErrorCode> {
    if (this.next == this.batch.length) {
      const batch = this.device.readDirectoryEntries();
      if (batch.isErr) return Result.err<DirectoryEntry | null, ErrorCode>(batch.error);
      this.batch = batch.value;
      this.next = 0;
      if (this.batch.length == 0) return Result.ok<DirectoryEntry | null, ErrorCode>(null);
    }
    const entry = this.batch[this.next++];
    return Result.ok<DirectoryEntry | null, ErrorCode>(new DirectoryEntry(entry.type, entry.name));
  }

  drop(): void {
    this.device.drop();
  }
}
