/** Files and directories: the process has `/data` to change and `/fixed` to read. */
import { Tuple2 } from "atoll";
import { getDirectories } from "wasi:filesystem/preopens";
import {
  Advice,
  Descriptor,
  DescriptorFlags,
  DescriptorType,
  ErrorCode,
  filesystemErrorCode,
  NewTimestamp,
  NewTimestampNoChange,
  NewTimestampNow,
  NewTimestampTimestamp,
  OpenFlags,
  PathFlags,
} from "wasi:filesystem/types";
import { Datetime } from "wasi:clocks/wall-clock";
import { OutputStream, StreamErrorClosed, StreamErrorLastOperationFailed } from "wasi:io/streams";
import { check } from "./check";

const FOLLOW = PathFlags.SymlinkFollow;
const READ = DescriptorFlags.Read;
const WRITE = DescriptorFlags.Read | DescriptorFlags.Write;
const CREATE = OpenFlags.Create;

let data: Descriptor | null = null;
let fixed: Descriptor | null = null;

export function run(): void {
  directories();
  contents();
  streams();
  attributes();
  names();
  listing();
  refusals();
}

function bytesOf(text: string): StaticArray<u8> {
  const buffer = String.UTF8.encode(text);
  const bytes = new StaticArray<u8>(buffer.byteLength);
  memory.copy(changetype<usize>(bytes), changetype<usize>(buffer), buffer.byteLength);
  return bytes;
}

function textOf(bytes: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(bytes), bytes.length);
}

function file(path: string, open: OpenFlags, flags: DescriptorFlags): Descriptor {
  const found = data!.openAt(FOLLOW, path, open, flags);
  if (found.isErr) throw new Error(path + ": " + ErrorCode[found.error]);
  return found.value;
}

function textIn(path: string): string {
  const found = file(path, 0, READ);
  const text = textOf(found.read(1000, 0).value._0);
  found.drop();
  return text;
}

function directories(): void {
  const all = getDirectories();
  for (let i = 0; i < all.length; i++) {
    if (all[i]._1 == "/data") data = all[i]._0;
    if (all[i]._1 == "/fixed") fixed = all[i]._0;
  }
  check(
    "the preopens are what was granted, by its names",
    all.length == 2 && data !== null && fixed !== null,
  );
}

function contents(): void {
  const made = file("a.txt", CREATE, WRITE);
  const wrote = made.write(bytesOf("hello, world"), 0);
  check("write returns how much it wrote", wrote.isOk && wrote.value == 12);
  const part = made.read(5, 7);
  check("read gives bytes of any place", textOf(part.value._0) == "world");
  const end = made.read(50, 7).value;
  check("read says where the file ends", end._1 && textOf(end._0) == "world");
  made.setSize(5);
  check("set-size cuts a file off", textIn("a.txt") == "hello");
  const flags = made.getFlags().value;
  check("get-flags says what it was opened for", flags == WRITE, flags.toString());
  check("sync and sync-data return", made.sync().isOk && made.syncData().isOk && data!.sync().isOk);
  const advised = made.advise(0, 5, Advice.WillNeed).isOk && data!.advise(0, 1, Advice.Normal).isErr;
  check("advise is taken of files", advised);
  made.drop();
  const exclusive = data!.openAt(FOLLOW, "a.txt", CREATE | OpenFlags.Exclusive, WRITE);
  check("open-at says that a file exists", exclusive.isErr && exclusive.error == ErrorCode.Exist);
}

function streams(): void {
  const made = file("b.txt", CREATE, WRITE);
  const out = made.writeViaStream(3).value;
  made.drop();
  const said = out.blockingWriteAndFlush(bytesOf("def"));
  out.drop();
  check("write-via-stream writes from a place on, also when the descriptor is gone", said.isOk);
  const appending = file("b.txt", 0, WRITE);
  const end = appending.appendViaStream().value;
  end.blockingWriteAndFlush(bytesOf("g"));
  end.blockingWriteAndFlush(bytesOf("h"));
  end.drop();
  check("append-via-stream writes at the end", textIn("b.txt") == "\0\0\0defgh");
  const input = appending.readViaStream(4).value;
  const first = textOf(input.read(2).value);
  const rest = textOf(input.blockingRead(100).value);
  const last = input.read(1);
  check("read-via-stream goes on from a place", first + rest == "efgh", first + rest);
  check("a file's stream is closed at its end", last.isErr && last.error instanceof StreamErrorClosed);
  input.drop();
  const reading = file("b.txt", 0, READ);
  const refused = reading.writeViaStream(0);
  const unread = data!.readViaStream(0);
  const both = refused.isErr && refused.error == ErrorCode.BadDescriptor && unread.isErr;
  check("a stream is refused by what cannot be its file", both);
  reading.drop();
  large(appending);
  appending.drop();
  failing();
}

/** More than a stream takes at once. */
function large(out: Descriptor): void {
  const bytes = new StaticArray<u8>(1 << 20);
  bytes.fill(7);
  const stream = out.writeViaStream(0).value;
  let fine = true;
  for (let i = 0; i < 3; i++) {
    const room = stream.checkWrite();
    fine = fine && room.value >= 1 << 20 && stream.write(bytes).isOk;
  }
  fine = fine && stream.blockingFlush().isOk;
  stream.drop();
  const input = out.readViaStream(0).value;
  let length: u64 = 0;
  for (let part = input.read(1 << 30); part.isOk; part = input.read(1 << 30)) length += part.value.length;
  input.drop();
  check("streams carry files of any size", fine && length == 3 << 20, length.toString());
}

/** No file is as long as that. */
function failing(): void {
  const out = file("c.txt", CREATE, WRITE);
  const stream = out.writeViaStream(u64.MAX_VALUE).value;
  const said = stream.blockingWriteAndFlush(bytesOf("x"));
  let code = -1;
  if (said.isErr && said.error instanceof StreamErrorLastOperationFailed) {
    const found = filesystemErrorCode((<StreamErrorLastOperationFailed>said.error).value);
    if (found.isSome) code = found.value;
  }
  check("filesystem-error-code knows why a stream failed", code == ErrorCode.FileTooLarge, code.toString());
  stream.drop();
  out.drop();
}

function at(seconds: u64): NewTimestamp {
  return new NewTimestampTimestamp(new Datetime(seconds, 500_000_000));
}

function attributes(): void {
  const made = file("times.txt", CREATE, WRITE);
  made.write(bytesOf("abc"), 0);
  const stat = made.stat().value;
  const isFile =
    stat.type == DescriptorType.RegularFile && made.getType().value == DescriptorType.RegularFile;
  const isNow = stat.dataModificationTimestamp!.seconds > 1_577_836_800;
  check("stat says size, kind and times", isFile && isNow && stat.size == 3 && stat.linkCount == 1);
  made.setTimes(at(1000), at(2000));
  const set = data!.statAt(FOLLOW, "times.txt").value;
  const isSet = set.dataAccessTimestamp!.seconds == 1000 && set.dataModificationTimestamp!.seconds == 2000;
  const exact = set.dataModificationTimestamp!.nanoseconds == 500_000_000;
  check("set-times sets both times", isSet && exact);
  const last = new NewTimestampTimestamp(new Datetime(u64.MAX_VALUE, u32.MAX_VALUE));
  made.setTimes(last, last);
  // A host's file system may end earlier.
  const end = made.stat().value.dataModificationTimestamp!.seconds;
  check("a time after the last one is that", end > 2_000_000_000, end.toString());
  made.setTimes(at(1000), at(2000));
  data!.setTimesAt(FOLLOW, "times.txt", new NewTimestampNoChange(), new NewTimestampNow());
  const later = made.stat().value;
  const kept = later.dataAccessTimestamp!.seconds == 1000;
  check(
    "set-times-at keeps one, and sets the other to now",
    kept && later.dataModificationTimestamp!.seconds > 2000,
  );
  const none = data!.statAt(FOLLOW, "none");
  check("stat-at says that nothing is there", none.isErr && none.error == ErrorCode.NoEntry);
  const again = file("./times.txt", 0, READ);
  const other = file("a.txt", 0, READ);
  check("is-same-object tells files apart", made.isSameObject(again) && !made.isSameObject(other));
  const hash = made.metadataHash().value;
  const same = data!.metadataHashAt(FOLLOW, "times.txt").value;
  const differs = other.metadataHash().value.lower != hash.lower;
  check("metadata-hash is that of the file", hash.lower == same.lower && hash.upper == same.upper && differs);
  made.drop();
  again.drop();
  other.drop();
}

function names(): void {
  const root = data!;
  check("create-directory-at makes one", root.createDirectoryAt("sub").isOk);
  check(
    "rename-at moves a file",
    root.renameAt("a.txt", root, "sub/moved.txt").isOk && textIn("sub/moved.txt") == "hello",
  );
  const sub = root.openAt(FOLLOW, "sub", OpenFlags.Directory, READ).value;
  check(
    "link-at gives a file a second name",
    sub.linkAt(0, "moved.txt", root, "second.txt").isOk && textIn("second.txt") == "hello",
  );
  check(
    "symlink-at makes a link, which is followed",
    sub.symlinkAt("../second.txt", "link").isOk && textIn("sub/link") == "hello",
  );
  check("readlink-at says where it leads", sub.readlinkAt("link").value == "../second.txt");
  const full = root.removeDirectoryAt("sub");
  sub.unlinkFileAt("link");
  const gone = sub.unlinkFileAt("moved.txt").isOk && root.statAt(0, "sub/moved.txt").isErr;
  check("unlink-file-at removes files and links", gone);
  sub.drop();
  const empty = root.removeDirectoryAt("sub");
  check(
    "remove-directory-at removes what is empty",
    full.isErr && full.error == ErrorCode.NotEmpty && empty.isOk,
  );
}

function listing(): void {
  const root = data!;
  root.createDirectoryAt("many");
  const many = root.openAt(FOLLOW, "many", OpenFlags.Directory, READ).value;
  for (let i = 0; i < 300; i++) many.openAt(0, i.toString(), CREATE, WRITE).value.drop();
  many.createDirectoryAt("folder");
  const entries = many.readDirectory().value;
  let files = 0;
  let folders = 0;
  for (
    let next = entries.readDirectoryEntry().value;
    next !== null;
    next = entries.readDirectoryEntry().value
  ) {
    if (next.type == DescriptorType.RegularFile) files++;
    else if (next.name == "folder") folders++;
  }
  const over = entries.readDirectoryEntry();
  check("read-directory gives each entry once", files == 300 && folders == 1, files.toString());
  check("read-directory-entry says when there are no more", over.isOk && over.value === null);
  entries.drop();
  many.drop();
}

function refusals(): void {
  const out = data!.openAt(FOLLOW, "../outside", 0, READ);
  const absolute = data!.openAt(FOLLOW, "/etc/passwd", 0, READ);
  const away = data!.symlinkAt("../../outside", "away").isOk && data!.openAt(FOLLOW, "away", 0, READ).isErr;
  const both = out.isErr && out.error == ErrorCode.NotPermitted && absolute.error == ErrorCode.NotPermitted;
  check("no path leaves a directory", both && away);
  const written = fixed!.openAt(FOLLOW, "fixed.txt", 0, WRITE);
  const made = fixed!.createDirectoryAt("new");
  const refused = written.isErr && written.error == ErrorCode.ReadOnly && made.error == ErrorCode.ReadOnly;
  const read = fixed!.openAt(FOLLOW, "fixed.txt", 0, READ).value;
  check(
    "a directory granted for reading is read and not changed",
    refused && textOf(read.read(9, 0).value._0) == "fixed",
  );
  read.drop();
  const text = fixed!.openAt(FOLLOW, "pipe", 0, READ);
  check("a pipe is not opened", text.isErr && text.error == ErrorCode.Unsupported);
}
