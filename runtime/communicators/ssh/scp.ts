// Files by the scp program on the machine, in its old protocol: lines announce files (C) and folders (D, closed by E).

import { createReadStream, createWriteStream } from "node:fs";
import { chmod } from "node:fs/promises";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { RunError } from "../../contract/errors.js";
import { shellWord } from "../../system/shell-word.js";
import { entriesOf, makeFolder, safeName } from "./local-files.js";
import { type Dialogue, plainly } from "./scp-dialogue.js";
import { folderInTheWay, folderMissing, type Transfer, unlessAborted } from "./transfer.js";

/** Starts a command on the machine to talk with. */
type Open = (command: string) => Promise<Dialogue>;

export const scpTransfer = (open: Open): Transfer => ({
  upload: (from, to, mode, size, signal) => upload(open, from, to, mode, size, signal),
  uploadFolder: (from, to, name, signal) => uploadFolder(open, from, to, name, signal),
  download: (from) => download(open, from),
  downloadContents: (from, to, signal) => downloadContents(open, from, to, signal),
});

async function upload(
  open: Open,
  from: AsyncIterable<Uint8Array>,
  to: string,
  mode: number,
  size: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [bytes, length] = size === undefined ? await collected(from) : [from, size];
  // -d: what the file goes into must be a folder that is there.
  const body = async (dialogue: Dialogue): Promise<void> => {
    await dialogue.answer();
    await sendFile(dialogue, bytes, posix.basename(to), mode, length);
  };
  await talk(await open(`scp -p -d -t ${remotePath(posix.dirname(to))}`), body, signal).catch((error: unknown) => {
    throw explained(error, to);
  });
}

async function uploadFolder(
  open: Open,
  from: string,
  to: string,
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const named =
    name === undefined ? "" : `if [ -d ${remotePath(to)} ]; then to=${remotePath(posix.join(to, name))}; fi; `;
  const command = `to=${remotePath(to)}; ${named}mkdir -p "$to" && exec scp -p -r -d -t "$to"`;
  const body = async (dialogue: Dialogue): Promise<void> => {
    await dialogue.answer();
    await sendContents(dialogue, from);
  };
  await talk(await open(command), body, signal);
}

async function* download(open: Open, from: string): AsyncGenerator<Uint8Array> {
  const dialogue = await open(`scp -f ${remotePath(from)}`);
  try {
    await dialogue.ok();
    const { kind, size } = await announced(dialogue);
    if (kind === "D")
      throw new RunError(`${from} is a folder on the machine: end the source with a slash to download it`);
    yield* received(dialogue, size);
  } catch (error) {
    dialogue.abandon();
    throw error;
  }
  await dialogue.end();
}

async function downloadContents(open: Open, from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const body = async (dialogue: Dialogue): Promise<void> => {
    await dialogue.ok();
    if ((await announced(dialogue)).kind !== "D") throw new RunError(`${from} is no folder on the machine`);
    await dialogue.ok();
    await receiveContents(dialogue, to);
  };
  await talk(await open(`scp -r -f ${remotePath(from.replace(/(?<=.)\/+$/, ""))}`), body, signal);
}

/** For the machine's shell: everything stands for itself, but for a tilde at the beginning. */
export function remotePath(path: string): string {
  const [, tilde = "", rest = ""] = /^(~[\w.-]*\/?)?([\s\S]*)$/.exec(path) ?? [];
  if (tilde !== "") return rest === "" ? tilde : `${tilde}${shellWord(rest)}`;
  return shellWord(rest.startsWith("-") ? `./${rest}` : rest);
}

async function talk(
  dialogue: Dialogue,
  body: (dialogue: Dialogue) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await unlessAborted(body(dialogue), () => dialogue.abandon(), signal);
  } catch (error) {
    dialogue.abandon();
    throw error;
  }
  await dialogue.end();
}

function explained(error: unknown, to: string): unknown {
  if (!(error instanceof RunError)) return error;
  if (error.message.endsWith(`${posix.basename(to)}: Is a directory`))
    return new RunError(folderInTheWay(to), { cause: error });
  const missing = /: (No such file or directory|Not a directory)$/.test(error.message);
  return missing ? new RunError(folderMissing(posix.dirname(to)), { cause: error }) : error;
}

// ─── sending ─────────────────────────────────────────────────────────────────

async function sendFile(
  dialogue: Dialogue,
  from: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  mode: number,
  size: number,
): Promise<void> {
  await dialogue.write(`C${octal(mode)} ${size} ${oneLine(name)}\n`);
  await dialogue.answer();
  let sent = 0;
  for await (const chunk of from) {
    sent += chunk.length;
    if (sent > size) break;
    await dialogue.write(chunk);
  }
  if (sent !== size) throw new RunError(`${name} changed its size while it was sent`);
  await dialogue.ok();
  await dialogue.answer();
}

async function sendContents(dialogue: Dialogue, folder: string): Promise<void> {
  for (const { name, path, kind, mode, size } of entriesOf(folder)) {
    if (kind === "file") await sendFile(dialogue, createReadStream(path), name, mode, size);
    else await sendFolder(dialogue, path, name, mode);
  }
}

async function sendFolder(dialogue: Dialogue, path: string, name: string, mode: number): Promise<void> {
  await dialogue.write(`D${octal(mode)} 0 ${oneLine(name)}\n`);
  await dialogue.answer();
  await sendContents(dialogue, path);
  await dialogue.write("E\n");
  await dialogue.answer();
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

function oneLine(name: string): string {
  if (!name.includes("\n")) return name;
  throw new RunError(
    `scp can't send ${JSON.stringify(name)}, whose name has a line break; ssh_file_transfer_method = "sftp" can`,
  );
}

async function collected(from: AsyncIterable<Uint8Array>): Promise<readonly [readonly Uint8Array[], number]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of from) chunks.push(chunk);
  return [chunks, chunks.reduce((sum, { length }) => sum + length, 0)];
}

// ─── receiving ───────────────────────────────────────────────────────────────

interface Announced {
  readonly kind: "C" | "D" | "E";
  readonly mode: number;
  readonly size: number;
  readonly name: string;
}

/** What comes next; rejects with what the machine says is wrong. */
async function announced(dialogue: Dialogue): Promise<Announced> {
  const line = await dialogue.line();
  if (line === undefined) {
    await dialogue.end();
    throw new RunError("scp on the machine ended before it sent anything");
  }
  if (line === "E") return { kind: "E", mode: 0, size: 0, name: "" };
  const [, kind, mode = "", size = "", name = ""] = /^([CD])(\d{4,5}) (\d+) (.*)$/.exec(line) ?? [];
  if (kind !== "C" && kind !== "D") throw new RunError(plainly(line));
  return { kind, mode: Number.parseInt(mode, 8) & 0o7777, size: Number(size), name };
}

/** A file that was announced; the byte behind it says that it was whole. */
async function* received(dialogue: Dialogue, size: number): AsyncGenerator<Uint8Array> {
  await dialogue.ok();
  yield* dialogue.bytes(size);
  await dialogue.answer();
  await dialogue.ok();
}

async function receiveContents(dialogue: Dialogue, folder: string): Promise<void> {
  for (;;) {
    const { kind, mode, size, name } = await announced(dialogue);
    if (kind === "E") return dialogue.ok();
    const path = join(folder, safeName(name));
    if (kind === "D") {
      makeFolder(path, mode);
      await dialogue.ok();
      await receiveContents(dialogue, path);
    } else {
      await pipeline(received(dialogue, size), createWriteStream(path, { mode: 0o600 }));
      await chmod(path, mode);
    }
  }
}
