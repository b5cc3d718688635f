import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { format } from "../../lang/fmt/format.js";
import { errorFrom, UsageError } from "../contract/errors.js";
import { replaceFile } from "../system/replace-file.js";
import { secretStore } from "../ui/secrets.js";
import { printDiagnostics } from "./diagnostics-output.js";
import type { World } from "./world.js";

const WOULD_CHANGE = 3;

export interface FormatFlags {
  readonly check: boolean;
  readonly diff: boolean;
  readonly write: boolean;
  readonly recursive: boolean;
}

/** What became of one file. */
type Outcome = "same" | "changed" | "failed";

/** Formats files, folders and standard input. Exit code: 0, 1 after an error, 3 when -check found something to change. */
export async function formatFiles(flags: FormatFlags, operands: readonly string[], world: World): Promise<number> {
  if (operands.length === 0) throw new UsageError("PATH is missing (- formats standard input)");
  const outcomes: Outcome[] = [];
  for (const operand of operands) outcomes.push(...(await formatOperand(operand, flags, world)));
  if (outcomes.includes("failed")) return 1;
  return flags.check && outcomes.includes("changed") ? WOULD_CHANGE : 0;
}

async function formatOperand(operand: string, flags: FormatFlags, world: World): Promise<readonly Outcome[]> {
  if (operand === "-") return [await formatInput(flags, world)];
  return attempt(operand, world, async () => {
    const found = statSync(operand);
    if (found.isDirectory()) return formatFolder(operand, flags, world);
    if (!isTemplate(operand) || !found.isFile()) throw new Error(`file ${operand} is not a HCL file`);
    return [await formatOneFile(operand, flags, world)];
  });
}

/** What is wrong with one file or folder is told, and keeps no other from being formatted. */
async function attempt(
  path: string,
  world: World,
  body: () => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  try {
    return await body();
  } catch (error) {
    world.stderr.write(`Error: encountered an error while formatting ${path}\n\n${errorFrom(error).message}\n`);
    return ["failed"];
  }
}

const isTemplate = (name: string): boolean => name.endsWith(".pkr.hcl") || name.endsWith(".pkrvars.hcl");
// Editors' own files: hidden ones, back-ups, auto-saves.
const isIgnored = (name: string): boolean =>
  name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));

async function formatFolder(folder: string, flags: FormatFlags, world: World): Promise<readonly Outcome[]> {
  const names = readdirSync(folder)
    .filter((name) => !isIgnored(name))
    .sort();
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const path = join(folder, name);
    outcomes.push(...(await attempt(path, world, () => formatEntry(path, flags, world))));
  }
  return outcomes;
}

/** A linked folder could lead round in a circle, so only real ones are entered; a pipe would be waited for without end. */
async function formatEntry(path: string, flags: FormatFlags, world: World): Promise<readonly Outcome[]> {
  if (lstatSync(path).isDirectory()) return flags.recursive ? formatFolder(path, flags, world) : [];
  return isTemplate(path) && statSync(path).isFile() ? [await formatOneFile(path, flags, world)] : [];
}

async function formatOneFile(file: string, flags: FormatFlags, world: World): Promise<Outcome> {
  const before = readFileSync(file);
  const after = formatted(before, file, world);
  if (after === undefined) return "failed";
  const text = before.toString("utf8");
  if (after === text) return "same";
  world.stdout.write(`${file}\n`);
  if (flags.diff) world.stdout.write(patch(file, text, after));
  if (flags.write && !flags.check) await replaceFile(file, after, statSync(file).mode & 0o7777);
  return "changed";
}

async function formatInput(flags: FormatFlags, world: World): Promise<Outcome> {
  const chunks: Buffer[] = [];
  for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk));
  const before = Buffer.concat(chunks);
  const after = formatted(before, "<stdin>", world);
  if (after === undefined) return "failed";
  const changed = after !== before.toString("utf8");
  if (!flags.check) world.stdout.write(after);
  return changed ? "changed" : "same";
}

function formatted(bytes: Uint8Array, name: string, world: World): string | undefined {
  const report = collectDiagnostics();
  const text = format(bytes, name, report);
  if (report.errors === 0) return text;
  printDiagnostics(report.diagnostics, world.stderr, secretStore());
  return undefined;
}

/** Without the heading that the diff library puts first; labels as Packer's. */
function patch(file: string, before: string, after: string): string {
  return createTwoFilesPatch(`old/${file}`, `new/${file}`, before, after, "", "", { context: 3 }).replace(/^=+\n/, "");
}
