// Copies files and folders to the machine that is built, or from it; slashes at the end mean what they mean to Packer.

import { createReadStream, createWriteStream, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { fileUploadOptions } from "../../schemas/components/file-upload.gen.js";
import type { FileUpload } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import type { Communicator } from "../contract/communicator.js";
import { defineProvisioner, type Machine, type PrepareContext } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { statProblem } from "../system/stat-problem.js";
import { throughProgram } from "../system/through-program.js";

export const component = defineProvisioner<FileUpload>({
  type: "file",
  summary: "Copies files to or from the machine that is built",
  needsMachine: true,
  schema: fileUploadOptions,
  check,
  provision,
});

/** Sources in the order they are copied: `source` comes last. */
const sourcesOf = ({ source = "", sources = [] }: FileUpload): readonly string[] =>
  source === "" ? sources : [...sources, source];

function check(options: Options<FileUpload>, { cwd, templates, purpose }: PrepareContext, report: Reporter): void {
  const { content = "", destination = "", direction = "upload", generated } = options.value;
  const refuse = (text: string, pointer = ""): void => report.report(at(optionProblem(text), options.rangeOf(pointer)));
  const sources = sourcesOf(options.value);
  if (!["upload", "download"].includes(direction)) refuse("Direction must be one of: download, upload.", "/direction");
  if (content !== "" && sources.length > 0) refuse("source(s) conflicts with content.", "/content");
  if (destination === "" && !options.unknown.includes("/destination")) refuse("Destination must be specified.");
  const waits = options.unknown.includes("/direction");
  // One of two words must be there before the build: so says Packer, and its -evaluate-datasources is for this.
  if (waits && purpose === "validate")
    refuse(
      "Direction must be one of: download, upload. It is not known yet: -evaluate-datasources asks data sources.",
      "/direction",
    );
  if (waits || direction !== "upload" || generated === true) return;
  for (const source of sources) {
    // What waits for the build has no name yet that could be looked up.
    if (source.includes("{{") && templates.check(source) === undefined) continue;
    const why = statProblem(source, cwd);
    if (why !== undefined) refuse(`Bad source '${source}': ${why}`, "/source");
  }
}

const local = (path: string, cwd: string): string => (path.startsWith("/") ? path : join(cwd, path));

async function provision(
  options: FileUpload,
  { cwd, templates }: PrepareContext,
  { communicator, generated }: Machine,
  run: RunContext,
): Promise<void> {
  const to = templates.render(options.destination ?? "", generated);
  const sources = sourcesOf(options).map((source) => templates.render(source, generated));
  const { content = "", direction } = options;
  const job: Job = { cwd, communicator, run, to };
  if (content !== "") await told(run, "Upload", () => uploadContent(content, job));
  const [what, send] = direction === "download" ? (["Download", download] as const) : (["Upload", upload] as const);
  for (const source of sources) {
    run.signal.throwIfAborted();
    await told(run, what, () => send(source, job));
  }
}

interface Job {
  readonly cwd: string;
  readonly communicator: Communicator;
  readonly run: RunContext;
  /** The destination, rendered. */
  readonly to: string;
}

async function told(run: RunContext, what: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (thrown) {
    const error = errorFrom(thrown);
    run.emit({ type: "error", text: `${what} failed: ${error.message}` });
    throw error;
  }
}

async function uploadContent(text: string, { to, communicator, run }: Job): Promise<void> {
  if (to.endsWith("/"))
    throw new RunError(`${to} is a folder: content needs the name of a file, such as ${to}name, as its destination`);
  run.emit({ type: "say", text: `Uploading content => ${to}` });
  const bytes = Buffer.from(text);
  await communicator.upload(oneChunk(bytes), to, { mode: 0o600, size: bytes.length, signal: run.signal });
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function upload(source: string, { to, cwd, communicator, run }: Job): Promise<void> {
  run.emit({ type: "say", text: `Uploading ${source} => ${to}` });
  const from = local(source, cwd);
  const why = statProblem(source, cwd);
  if (why !== undefined) throw new RunError(why);
  const stat = statSync(from);
  if (stat.isDirectory()) return communicator.uploadDir(from, to, run.signal);
  const target = to.endsWith("/") ? `${to}${basename(source)}` : to;
  // A pipe's writer may never come: another program can be ended while it waits for one.
  const read = stat.isFile() ? createReadStream(from) : throughProgram(["cat", "--", from], run.signal)(nothing());
  const bytes = untilAborted(read, run.signal);
  const size = stat.isFile() ? stat.size : undefined;
  await communicator.upload(bytes, target, { mode: stat.mode & 0o7777, size, signal: run.signal });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A timeout or an interrupt ends the upload with its next piece. */
async function* untilAborted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}

const PATTERN = /[*?[]/;

async function download(source: string, job: Job): Promise<void> {
  if (!PATTERN.test(source)) return downloadOne(source, job);
  // Several things need a folder to go into.
  const into = { ...job, to: job.to.endsWith("/") ? job.to : `${job.to}/` };
  for (const path of await expanded(source, job)) {
    job.run.signal.throwIfAborted();
    await downloadOne(path, into);
  }
}

/** What a pattern stands for on the machine: files, and folders with a slash at their end. */
async function expanded(pattern: string, { communicator, run }: Job): Promise<readonly string[]> {
  const escaped = pattern.replace(/[^\w./*?[\]!-]/g, "\\$&");
  const line = `for f in ${escaped}; do if [ -d "$f" ]; then printf '%s/\\n' "\${f%/}"; elif [ -e "$f" ]; then printf '%s\\n' "$f"; fi; done`;
  const found: string[] = [];
  const onLine = (stream: "stdout" | "stderr", text: string): void => {
    if (stream === "stdout") found.push(text);
  };
  await communicator.exec({ line, onLine, signal: run.signal });
  if (found.length === 0) throw new RunError(`${pattern}: nothing on the machine matches`);
  return found;
}

/** A slash at a folder's end says that it is one; it keeps its name here, as scp has it (cli-runtime §5.2). */
async function downloadOne(source: string, { to, cwd, communicator, run }: Job): Promise<void> {
  const whole = source.endsWith("/");
  const folder = whole && !to.endsWith("/") ? `${to}/` : to;
  const target = folder.endsWith("/") ? `${folder}${basename(source)}` : folder;
  run.emit({ type: "say", text: `Downloading ${source} => ${target}` });
  const path = local(target, cwd);
  mkdirSync(whole ? path : dirname(path), { recursive: true, mode: 0o755 });
  if (whole) return communicator.downloadDir(source, path, run.signal);
  await save(untilAborted(communicator.download(source), run.signal), path);
}

/** What can't be read there costs nothing here: a file that is there already is emptied when the first piece has come. */
async function save(pieces: AsyncGenerator<Uint8Array>, path: string): Promise<void> {
  const first = await pieces.next();
  const all = async function* (): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    yield* pieces;
  };
  await pipeline(all(), createWriteStream(path, { mode: 0o644 }));
}
