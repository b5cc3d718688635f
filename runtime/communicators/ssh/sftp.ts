// Files by SFTP.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import ssh2, { type Client, type SFTPWrapper, type Stats } from "ssh2";
import { RunError, Unreachable } from "../../contract/errors.js";
import { entriesOf, makeFolder, safeName } from "./local-files.js";
import { folderInTheWay, folderMissing, type Transfer, unlessAborted } from "./transfer.js";

const { STATUS_CODE } = ssh2.utils.sftp;
/** What every server takes in one packet (the protocol's draft: 32 KiB). */
const PIECE = 32_768;
/** Packets under way at once: a round trip for each would make long lines slow. */
const IN_FLIGHT = 32;

/** `connect` gives the connection at the time of each transfer. */
export function sftpTransfer(connect: () => Promise<Client>): Transfer {
  const use = (body: (session: Session) => Promise<void>, signal?: AbortSignal): Promise<void> =>
    withSession(connect, body, signal);
  return {
    upload: (from, to, mode, _size, signal) => use((session) => session.upload(from, home(to), mode), signal),
    uploadFolder: (from, to, name, signal) =>
      use(async (session) => {
        const inIt = name !== undefined && (await session.isFolder(home(to)));
        const target = inIt ? posix.join(home(to), name) : home(to);
        await session.makeFolders(target);
        await session.uploadContents(from, target);
      }, signal),
    async *download(from) {
      const session = await openSession(connect);
      try {
        yield* session.download(home(from));
      } finally {
        session.end();
      }
    },
    downloadContents: (from, to, signal) => use((session) => session.downloadContents(home(from), to), signal),
  };
}

/** SFTP knows no tilde; relative paths start at the user's home. */
const home = (path: string): string => path.replace(/^~\/?$/, ".").replace(/^~\//, "./");

async function withSession(
  connect: () => Promise<Client>,
  body: (session: Session) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const session = await openSession(connect);
  try {
    await unlessAborted(body(session), () => session.end(), signal);
  } finally {
    session.end();
  }
}

async function openSession(connect: () => Promise<Client>): Promise<Session> {
  const client = await connect();
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Unreachable("the connection was closed before the transfer could start"));
    client.once("close", onClose);
    client.sftp((error, sftp) => {
      client.off("close", onClose);
      if (error === undefined) return resolve(new Session(sftp));
      const advice = 'the machine offers no SFTP; ssh_file_transfer_method = "scp" does without it';
      reject(new RunError(`${advice} (${error.message})`, { cause: error }));
    });
  });
}

type Done<T> = (error: Error | undefined | null, value: T) => void;

class Session {
  readonly #sftp: SFTPWrapper;
  #lost: (error: Unreachable) => void = () => undefined;
  /** Rejects when the connection goes: the library leaves the calls under way unanswered then. */
  readonly #closed: Promise<never>;

  constructor(sftp: SFTPWrapper) {
    this.#sftp = sftp;
    this.#closed = new Promise((_resolve, reject) => {
      this.#lost = reject;
    });
    this.#closed.catch(() => undefined);
    sftp.on("error", () => undefined);
    sftp.once("close", () => this.#lost(new Unreachable("the connection was closed during the transfer")));
  }

  end(): void {
    this.#sftp.end();
  }

  async upload(from: AsyncIterable<Uint8Array>, to: string, mode: number): Promise<void> {
    const handle = await this.#openForWriting(to, mode);
    try {
      await this.#writeAll(handle, from);
      // The mode of the opening is what the machine's umask leaves of it.
      await this.#call((done) => this.#sftp.fchmod(handle, mode, done as (error?: Error | null) => void));
    } finally {
      await this.#call((done) => this.#sftp.close(handle, done as (error?: Error | null) => void));
    }
  }

  async #openForWriting(to: string, mode: number): Promise<Buffer> {
    if ((await this.#stat(to))?.isDirectory() === true) throw new RunError(folderInTheWay(to));
    if ((await this.#stat(posix.dirname(to))) === undefined) throw new RunError(folderMissing(posix.dirname(to)));
    return this.#call<Buffer>((done) => this.#sftp.open(to, "w", { mode }, done as never), to);
  }

  async #writeAll(handle: Buffer, from: AsyncIterable<Uint8Array>): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let position = 0;
    for await (const chunk of from) {
      for (let start = 0; start < chunk.length; start += PIECE) {
        const piece = Buffer.from(chunk.subarray(start, start + PIECE));
        const write = this.#write(handle, piece, position).finally(() => underWay.delete(write));
        write.catch(() => undefined);
        underWay.add(write);
        position += piece.length;
        if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
      }
    }
    await Promise.all(underWay);
  }

  #write(handle: Buffer, piece: Buffer, position: number): Promise<void> {
    return this.#call((done) => this.#sftp.write(handle, piece, 0, piece.length, position, done as never));
  }

  /** Each folder of the path that is missing. */
  async makeFolders(path: string): Promise<void> {
    const names = path.split("/").filter((name) => name !== "");
    let folder = path.startsWith("/") ? "/" : "";
    for (const name of names) {
      folder = posix.join(folder, name);
      await this.#makeFolder(folder, 0o755);
    }
  }

  async #makeFolder(path: string, mode: number): Promise<void> {
    const stat = await this.#stat(path);
    if (stat?.isDirectory() === true) return;
    if (stat !== undefined) throw new RunError(`${path} is no folder on the machine`);
    await this.#call((done) => this.#sftp.mkdir(path, { mode }, done as never), path);
    await this.#call((done) => this.#sftp.chmod(path, mode, done as never), path);
  }

  async uploadContents(from: string, to: string): Promise<void> {
    for (const { name, path, kind, mode } of entriesOf(from)) {
      const target = posix.join(to, name);
      if (kind === "file") await this.upload(createReadStream(path), target, mode);
      else {
        await this.#makeFolder(target, mode);
        await this.uploadContents(path, target);
      }
    }
  }

  async *download(from: string): AsyncGenerator<Uint8Array> {
    const stat = await this.#stat(from);
    if (stat === undefined) throw new RunError(`${from}: no such file on the machine`);
    if (stat.isDirectory())
      throw new RunError(`${from} is a folder on the machine: end the source with a slash to download it`);
    const handle = await this.#call<Buffer>((done) => this.#sftp.open(from, "r", done as never), from);
    try {
      yield* this.#readAll(handle, stat.size);
    } finally {
      await this.#call((done) => this.#sftp.close(handle, done as never));
    }
  }

  /** Reads ahead as far as `size` goes, then on to where the file ends by now. */
  async *#readAll(handle: Buffer, size: number): AsyncGenerator<Uint8Array> {
    const underWay: Promise<Buffer>[] = [];
    let position = 0;
    for (;;) {
      while (underWay.length < IN_FLIGHT && (position < size || underWay.length === 0)) {
        const read = this.#read(handle, position);
        read.catch(() => undefined);
        underWay.push(read);
        position += PIECE;
      }
      const piece = (await underWay.shift()) ?? Buffer.alloc(0);
      if (piece.length > 0) yield piece;
      if (piece.length < PIECE) return;
    }
  }

  /** A whole piece, or less where the file ends; servers may answer with less than was asked for. */
  async #read(handle: Buffer, position: number): Promise<Buffer> {
    const piece = Buffer.alloc(PIECE);
    let filled = 0;
    while (filled < PIECE) {
      const read = await this.#readSome(handle, piece, filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
    return piece.subarray(0, filled);
  }

  #readSome(handle: Buffer, into: Buffer, offset: number, position: number): Promise<number> {
    return this.#call<number>((done) =>
      this.#sftp.read(handle, into, offset, into.length - offset, position, done as never),
    ).catch((error: unknown) => {
      if (error instanceof SftpError && error.status === STATUS_CODE.EOF) return 0;
      throw error;
    });
  }

  async downloadContents(from: string, to: string): Promise<void> {
    const entries = await this.#call<readonly { filename: string; attrs: Stats }[]>(
      (done) => this.#sftp.readdir(from, done as never),
      from,
    );
    for (const { filename } of entries) {
      const source = posix.join(from, safeName(filename));
      const target = join(to, filename);
      // Links are followed, as they are on the way there.
      const stat = await this.#stat(source);
      if (stat?.isDirectory() === true) {
        makeFolder(target, stat.mode & 0o7777);
        await this.downloadContents(source, target);
      } else if (stat?.isFile() === true) await this.#downloadFile(source, target, stat.mode & 0o7777);
    }
  }

  async #downloadFile(from: string, to: string, mode: number): Promise<void> {
    makeFolder(dirname(to), 0o755);
    const file = await open(to, "w", 0o600);
    try {
      for await (const chunk of this.download(from)) await file.appendFile(chunk);
      await file.chmod(mode);
    } finally {
      await file.close();
    }
  }

  /** Undefined when nothing is there. */
  async isFolder(path: string): Promise<boolean> {
    return (await this.#stat(path))?.isDirectory() ?? false;
  }

  #stat(path: string): Promise<Stats | undefined> {
    return this.#call<Stats>((done) => this.#sftp.stat(path, done as never), path).catch((error: unknown) => {
      if (error instanceof SftpError && error.status === STATUS_CODE.NO_SUCH_FILE) return undefined;
      throw error;
    });
  }

  #call<T>(begin: (done: Done<T>) => void, path?: string): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      begin((error, value) => {
        if (error === undefined || error === null) return resolve(value);
        reject(new SftpError(path, error));
      });
    });
    return Promise.race([answer, this.#closed]);
  }
}

class SftpError extends RunError {
  override readonly name = "SftpError";
  readonly status: number | undefined;

  constructor(path: string | undefined, error: Error & { readonly code?: unknown }) {
    super(path === undefined ? error.message : `${path}: ${error.message}`, { cause: error });
    this.status = typeof error.code === "number" ? error.code : undefined;
  }
}
