/** `descriptor` of wasi:filesystem/types: a file or a directory of the device, in WASI's types. */
import { Result, Tuple2, Void } from "atoll";
import {
  Descriptor as Opened,
  DescriptorStat as DeviceStat,
  MetadataHashValue as DeviceHash,
} from "atoll:device/files";
import {
  Advice,
  DescriptorFlags,
  DescriptorStat,
  DescriptorType,
  ErrorCode,
  MetadataHashValue,
  NewTimestamp,
  OpenFlags,
  PathFlags,
} from "wasi:filesystem/types";
import { datetime } from "../clocks/wall-clock";
import { InputStream } from "../io/input-stream";
import { OutputStream } from "../io/output-stream";
import { DirectoryEntryStream } from "./directory-entry-stream";
import { OpenFile } from "./open-file";
import { FileSink, FileSource } from "./streams";
import { timestampOf } from "./times";

type Done = Result<Void, ErrorCode>;
type Bytes = Result<Tuple2<StaticArray<u8>, bool>, ErrorCode>;

export class Descriptor {
  private file: OpenFile;

  constructor(device: Opened) {
    this.file = new OpenFile(device);
  }

  readViaStream(offset: u64): Result<InputStream, ErrorCode> {
    const refused = this.refusal(DescriptorFlags.Read);
    if (refused >= 0) return Result.err<InputStream, ErrorCode>(refused);
    return Result.ok<InputStream, ErrorCode>(new InputStream(new FileSource(this.file.share(), offset)));
  }

  writeViaStream(offset: u64): Result<OutputStream, ErrorCode> {
    return this.outputStream(offset, false);
  }

  appendViaStream(): Result<OutputStream, ErrorCode> {
    return this.outputStream(0, true);
  }

  /** The host has no use for it. */
  advise(offset: u64, length: u64, advice: Advice): Done {
    const type = this.file.device.getType();
    if (type.isErr) return Result.err<Void, ErrorCode>(type.error);
    if (type.value == DescriptorType.Directory) return Result.err<Void, ErrorCode>(ErrorCode.BadDescriptor);
    return Result.ok<Void, ErrorCode>(Void.value);
  }

  syncData(): Done {
    return this.file.device.syncData();
  }

  sync(): Done {
    return this.file.device.sync();
  }

  getFlags(): Result<DescriptorFlags, ErrorCode> {
    return this.file.device.getFlags();
  }

  getType(): Result<DescriptorType, ErrorCode> {
    return this.file.device.getType();
  }

  setSize(size: u64): Done {
    return this.file.device.setSize(size);
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): Done {
    return this.file.device.setTimes(timestampOf(accessed), timestampOf(modified));
  }

  read(length: u64, offset: u64): Bytes {
    return this.file.device.read(length, offset);
  }

  write(buffer: StaticArray<u8>, offset: u64): Result<u64, ErrorCode> {
    return this.file.device.write(buffer, offset);
  }

  readDirectory(): Result<DirectoryEntryStream, ErrorCode> {
    const entries = this.file.device.readDirectory();
    if (entries.isErr) return Result.err<DirectoryEntryStream, ErrorCode>(entries.error);
    return Result.ok<DirectoryEntryStream, ErrorCode>(new DirectoryEntryStream(entries.value));
  }

  createDirectoryAt(path: string): Done {
    return this.file.device.createDirectoryAt(path);
  }

  stat(): Result<DescriptorStat, ErrorCode> {
    return statOf(this.file.device.stat());
  }

  statAt(pathFlags: PathFlags, path: string): Result<DescriptorStat, ErrorCode> {
    return statOf(this.file.device.statAt(pathFlags, path));
  }

  setTimesAt(pathFlags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): Done {
    return this.file.device.setTimesAt(pathFlags, path, timestampOf(accessed), timestampOf(modified));
  }

  linkAt(oldPathFlags: PathFlags, oldPath: string, newDescriptor: Descriptor, newPath: string): Done {
    return this.file.device.linkAt(oldPathFlags, oldPath, newDescriptor.file.device, newPath);
  }

  openAt(
    pathFlags: PathFlags,
    path: string,
    openFlags: OpenFlags,
    flags: DescriptorFlags,
  ): Result<Descriptor, ErrorCode> {
    const opened = this.file.device.openAt(pathFlags, path, openFlags, flags);
    if (opened.isErr) return Result.err<Descriptor, ErrorCode>(opened.error);
    return Result.ok<Descriptor, ErrorCode>(new Descriptor(opened.value));
  }

  readlinkAt(path: string): Result<string, ErrorCode> {
    return this.file.device.readlinkAt(path);
  }

  removeDirectoryAt(path: string): Done {
    return this.file.device.removeDirectoryAt(path);
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): Done {
    return this.file.device.renameAt(oldPath, newDescriptor.file.device, newPath);
  }

  symlinkAt(oldPath: string, newPath: string): Done {
    return this.file.device.symlinkAt(oldPath, newPath);
  }

  unlinkFileAt(path: string): Done {
    return this.file.device.unlinkFileAt(path);
  }

  isSameObject(other: Descriptor): bool {
    return this.file.device.isSameObject(other.file.device);
  }

  metadataHash(): Result<MetadataHashValue, ErrorCode> {
    return hashOf(this.file.device.metadataHash());
  }

  metadataHashAt(pathFlags: PathFlags, path: string): Result<MetadataHashValue, ErrorCode> {
    return hashOf(this.file.device.metadataHashAt(pathFlags, path));
  }

  drop(): void {
    this.file.leave();
  }

  private outputStream(offset: u64, appends: bool): Result<OutputStream, ErrorCode> {
    const refused = this.refusal(DescriptorFlags.Write);
    if (refused >= 0) return Result.err<OutputStream, ErrorCode>(refused);
    const sink = new FileSink(this.file.share(), offset, appends);
    return Result.ok<OutputStream, ErrorCode>(new OutputStream(sink));
  }

  /** Why there is no stream for that; -1 where there is one. */
  private refusal(flag: DescriptorFlags): i32 {
    const type = this.file.device.getType();
    if (type.isErr) return type.error;
    if (type.value == DescriptorType.Directory) return ErrorCode.IsDirectory;
    const flags = this.file.device.getFlags();
    if (flags.isErr) return flags.error;
    return (flags.value & flag) != 0 ? -1 : ErrorCode.BadDescriptor;
  }
}

function statOf(found: Result<DeviceStat, ErrorCode>): Result<DescriptorStat, ErrorCode> {
  if (found.isErr) return Result.err<DescriptorStat, ErrorCode>(found.error);
  const stat = found.value;
  return Result.ok<DescriptorStat, ErrorCode>(
    new DescriptorStat(
      stat.type,
      stat.linkCount,
      stat.size,
      datetime(stat.accessed),
      datetime(stat.modified),
      datetime(stat.changed),
    ),
  );
}

function hashOf(found: Result<DeviceHash, ErrorCode>): Result<MetadataHashValue, ErrorCode> {
  if (found.isErr) return Result.err<MetadataHashValue, ErrorCode>(found.error);
  const hash = new MetadataHashValue(found.value.lower, found.value.upper);
  return Result.ok<MetadataHashValue, ErrorCode>(hash);
}
