/**
 * A file system as the browser's origin-private one behaves, in memory, so that storage is tested in Node:
 * writes become visible at `close()` and not before, names are checked, errors have the browser's names,
 * room is limited, and the power can fail at any operation that changes something.
 */

/** Of longer pieces Chromium may say only that its pipe broke, when there is no room for them. */
const MAX_PIPE_BYTES = 2 * 1024 * 1024;

interface FileNode {
  readonly kind: 'file';
  bytes: Uint8Array<ArrayBuffer>;
  modified: number;
}

interface DirectoryNode {
  readonly kind: 'directory';
  readonly children: Map<string, FileNode | DirectoryNode>;
}

export class MemoryDisk {
  /** Bytes that fit, unfinished writes included. */
  quota = Number.POSITIVE_INFINITY;
  /** Changes that fail, and change nothing; a text is the error's name. */
  failAt: (operation: string) => boolean | string = () => false;
  /** Every operation so far, reads too: `create blobs/ab`, `read index-0`, … */
  readonly operations: string[] = [];
  #node: DirectoryNode;
  #changes = 0;
  #cutAt = Number.POSITIVE_INFINITY;
  #tear = false;
  /** Bytes of writes that are not closed yet. */
  #unfinished = 0;

  constructor(node: DirectoryNode = { kind: 'directory', children: new Map() }) {
    this.#node = node;
  }

  /** Operations so far that changed something. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * The power fails when operation number `change` (from 1) begins: it and all later ones reject.
   * @param tear half of what that operation would have stored is stored
   */
  cutPowerAt(change: number, tear = false): void {
    this.#cutAt = change;
    this.#tear = tear;
  }

  /** What is found after switching on again. */
  afterRestart(): MemoryDisk {
    return new MemoryDisk(structuredClone(this.#node));
  }

  /** The root folder. */
  root(): FileSystemDirectoryHandle {
    return new MemoryDirectory(this, '', '', this.#node);
  }

  /** Bytes in all files. */
  get usedBytes(): number {
    return sizeOf(this.#node);
  }

  /** Paths of all files, sorted. */
  files(): string[] {
    return pathsOf(this.#node, '').sort();
  }

  /** Changes a file behind everybody's back, as a failing disk does. */
  damage(path: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): void {
    let node: FileNode | DirectoryNode | undefined = this.#node;
    for (const part of path.split('/')) {
      node = node?.kind === 'directory' ? node.children.get(part) : undefined;
    }
    if (node?.kind !== 'file') throw new Error(`There is no file ${path}.`);
    node.bytes = change(node.bytes);
  }

  /** For the handles: notes an operation that only reads. */
  read(operation: string): void {
    this.operations.push(operation);
    this.#requirePower();
  }

  /** For the handles: does a change, or half of it, or fails. */
  change(operation: string, apply: () => void, applyHalf: () => void = () => {}): void {
    this.operations.push(operation);
    this.#requirePower();
    const failure = this.failAt(operation);
    if (failure) {
      throw new DOMException('It failed.', failure === true ? 'UnknownError' : failure);
    }
    this.#changes += 1;
    if (this.#changes >= this.#cutAt) {
      if (this.#tear) applyHalf();
      this.#requirePower();
    }
    apply();
  }

  /** For the handles: counts bytes of unfinished writes, if they fit. */
  reserve(bytes: number): void {
    this.#requirePower();
    if (bytes > 0 && this.usedBytes + this.#unfinished + bytes > this.quota) {
      if (bytes > MAX_PIPE_BYTES) throw new DOMException('The pipe broke.', 'AbortError');
      throw new DOMException('The quota is exceeded.', 'QuotaExceededError');
    }
    this.#unfinished += bytes;
  }

  #requirePower(): void {
    if (this.#changes >= this.#cutAt) throw new DOMException('The power is off.', 'UnknownError');
  }
}

function sizeOf(node: FileNode | DirectoryNode): number {
  if (node.kind === 'file') return node.bytes.length;
  return [...node.children.values()].reduce((sum, child) => sum + sizeOf(child), 0);
}

function pathsOf(node: DirectoryNode, prefix: string): string[] {
  return [...node.children].flatMap(([name, child]) =>
    child.kind === 'file' ? [prefix + name] : pathsOf(child, `${prefix}${name}/`),
  );
}

class MemoryDirectory implements FileSystemDirectoryHandle {
  readonly kind = 'directory';
  readonly #path: string;

  constructor(
    private readonly disk: MemoryDisk,
    readonly name: string,
    path: string,
    private readonly node: DirectoryNode,
  ) {
    this.#path = path;
  }

  async getDirectoryHandle(
    name: string,
    options: FileSystemGetDirectoryOptions = {},
  ): Promise<FileSystemDirectoryHandle> {
    const path = this.#childPath(name);
    let child = this.node.children.get(name);
    if (child === undefined && options.create === true) {
      const made: DirectoryNode = { kind: 'directory', children: new Map() };
      this.disk.change(`create ${path}`, () => this.node.children.set(name, made));
      child = made;
    } else this.disk.read(`look up ${path}`);
    if (child === undefined) throw notFound(path);
    if (child.kind !== 'directory') throw mismatch(path);
    return new MemoryDirectory(this.disk, name, `${path}/`, child);
  }

  async getFileHandle(
    name: string,
    options: FileSystemGetFileOptions = {},
  ): Promise<FileSystemFileHandle> {
    const path = this.#childPath(name);
    let child = this.node.children.get(name);
    if (child === undefined && options.create === true) {
      const made: FileNode = { kind: 'file', bytes: new Uint8Array(), modified: 0 };
      this.disk.change(`create ${path}`, () => this.node.children.set(name, made));
      child = made;
    } else this.disk.read(`look up ${path}`);
    if (child === undefined) throw notFound(path);
    if (child.kind !== 'file') throw mismatch(path);
    return new MemoryFile(this.disk, name, path, child);
  }

  async removeEntry(name: string, options: FileSystemRemoveOptions = {}): Promise<void> {
    const path = this.#childPath(name);
    const child = this.node.children.get(name);
    if (child === undefined) throw notFound(path);
    if (child.kind === 'directory' && child.children.size > 0 && options.recursive !== true) {
      throw new DOMException(`${path} is not empty.`, 'InvalidModificationError');
    }
    this.disk.change(`remove ${path}`, () => this.node.children.delete(name));
  }

  async *entries(): AsyncGenerator<[string, FileSystemDirectoryHandle | FileSystemFileHandle]> {
    this.disk.read(`list ${this.#path}`);
    for (const [name, child] of [...this.node.children]) {
      const path = this.#path + name;
      if (child.kind === 'file') yield [name, new MemoryFile(this.disk, name, path, child)];
      else yield [name, new MemoryDirectory(this.disk, name, `${path}/`, child)];
    }
  }

  async *keys(): AsyncGenerator<string> {
    for await (const [name] of this.entries()) yield name;
  }

  async *values(): AsyncGenerator<FileSystemDirectoryHandle | FileSystemFileHandle> {
    for await (const [, handle] of this.entries()) yield handle;
  }

  [Symbol.asyncIterator](): AsyncGenerator<
    [string, FileSystemDirectoryHandle | FileSystemFileHandle]
  > {
    return this.entries();
  }

  async isSameEntry(other: FileSystemHandle): Promise<boolean> {
    return other instanceof MemoryDirectory && other.node === this.node;
  }

  async resolve(possibleDescendant: FileSystemHandle): Promise<string[] | null> {
    for await (const [name, handle] of this.entries()) {
      if (await handle.isSameEntry(possibleDescendant)) return [name];
      const below =
        handle.kind === 'directory'
          ? await (handle as FileSystemDirectoryHandle).resolve(possibleDescendant)
          : null;
      if (below) return [name, ...below];
    }
    return null;
  }

  /** Refuses the names that browsers refuse. */
  #childPath(name: string): string {
    if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name)) {
      throw new TypeError(`“${name}” is not a name.`);
    }
    return this.#path + name;
  }
}

class MemoryFile implements FileSystemFileHandle {
  readonly kind = 'file';

  constructor(
    private readonly disk: MemoryDisk,
    readonly name: string,
    private readonly path: string,
    private readonly node: FileNode,
  ) {}

  async getFile(): Promise<File> {
    this.disk.read(`read ${this.path}`);
    return new File([this.node.bytes], this.name, { lastModified: this.node.modified });
  }

  async createWritable(
    options: FileSystemCreateWritableOptions = {},
  ): Promise<FileSystemWritableFileStream> {
    this.disk.read(`open ${this.path} for writing`);
    return new MemoryWritable(this.disk, this.path, this.node, options.keepExistingData === true);
  }

  async isSameEntry(other: FileSystemHandle): Promise<boolean> {
    return other instanceof MemoryFile && other.node === this.node;
  }
}

/** Collects into a copy, which takes the file's place at `close()`. */
class MemoryWritable
  extends WritableStream<FileSystemWriteChunkType>
  implements FileSystemWritableFileStream
{
  constructor(disk: MemoryDisk, path: string, node: FileNode, keepExistingData: boolean) {
    let bytes = keepExistingData ? node.bytes.slice() : new Uint8Array();
    let position = 0;
    disk.reserve(bytes.length);
    const resize = (length: number): void => {
      disk.reserve(length - bytes.length);
      const resized = new Uint8Array(length);
      resized.set(bytes.subarray(0, length));
      bytes = resized;
    };
    const writeAt = (data: Uint8Array): void => {
      if (position + data.length > bytes.length) resize(position + data.length);
      bytes.set(data, position);
      position += data.length;
    };
    super({
      async write(chunk) {
        if (typeof chunk === 'object' && 'type' in chunk && !(chunk instanceof Blob)) {
          if (chunk.type === 'truncate') {
            resize(chunk.size ?? 0);
            position = Math.min(position, bytes.length);
            return;
          }
          position = chunk.position ?? position;
          if (chunk.type === 'write') writeAt(await bytesOf(chunk.data ?? ''));
          return;
        }
        writeAt(await bytesOf(chunk));
      },
      close() {
        const store = (stored: Uint8Array<ArrayBuffer>): void => {
          node.bytes = stored;
          node.modified = Date.now();
        };
        disk.reserve(-bytes.length);
        disk.change(
          `close ${path}`,
          () => store(bytes),
          () => store(bytes.slice(0, bytes.length / 2)),
        );
      },
      abort() {
        disk.reserve(-bytes.length);
      },
    });
  }

  write(data: FileSystemWriteChunkType): Promise<void> {
    return this.#withWriter((writer) => writer.write(data));
  }

  seek(position: number): Promise<void> {
    return this.write({ type: 'seek', position });
  }

  truncate(size: number): Promise<void> {
    return this.write({ type: 'truncate', size });
  }

  async #withWriter<T>(
    use: (writer: WritableStreamDefaultWriter<FileSystemWriteChunkType>) => Promise<T>,
  ): Promise<T> {
    const writer = this.getWriter();
    try {
      return await use(writer);
    } finally {
      writer.releaseLock();
    }
  }
}

async function bytesOf(data: BufferSource | Blob | string): Promise<Uint8Array> {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function notFound(path: string): DOMException {
  return new DOMException(`There is no ${path}.`, 'NotFoundError');
}

function mismatch(path: string): DOMException {
  return new DOMException(`${path} is of the other kind.`, 'TypeMismatchError');
}
