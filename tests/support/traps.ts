import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "./cli.js";
import type { Test } from "./describe.js";

/** One row of the table of traps (cli-runtime §10): what is run, and what must come of it. */
export interface Trap {
  /** File names and texts, in a folder of its own where everything runs. */
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  /** Command lines that ran before, with whatever result. */
  readonly before?: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly code: number;
  /** Texts that standard output and error together hold, as often as said: once at least, unless a number is given. */
  readonly has?: readonly (string | readonly [text: string, times: number])[];
  readonly lacks?: readonly string[];
  /** Files afterwards: their text, or whether they are there. */
  readonly left?: Readonly<Record<string, string | boolean>>;
  readonly look?: (folder: string, output: string) => void;
}

export function trapTests(test: Test, traps: Readonly<Record<string, Trap>>): void {
  for (const [name, trap] of Object.entries(traps)) test(name, () => spring(trap));
}

async function spring(trap: Trap): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-traps-"));
  try {
    for (const [name, text] of Object.entries(trap.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const options = {
      cwd: folder,
      env: { XDG_STATE_HOME: join(folder, "state"), ...trap.env },
      detached: true,
      ...(trap.input === undefined ? {} : { input: trap.input }),
    };
    for (const argv of trap.before ?? []) await pkrts(argv, options);
    const { code, stdout, stderr } = await pkrts(trap.argv, options);
    const output = `${stdout}${stderr}`;
    assert.is(code, trap.code, output);
    checkTexts(trap, output);
    checkFiles(trap, folder);
    trap.look?.(folder, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1;

function checkTexts({ has = [], lacks = [] }: Trap, output: string): void {
  for (const wanted of has) {
    // Diagnostics are wrapped.
    const holds = (text: string): boolean => output.includes(text) || output.replace(/\s+/g, " ").includes(text);
    if (typeof wanted === "string") assert.ok(holds(wanted), `no ${JSON.stringify(wanted)} in\n${output}`);
    else assert.is(count(output, wanted[0]), wanted[1], `${wanted[0]}\n${output}`);
  }
  for (const text of lacks) assert.not.ok(output.includes(text), `${JSON.stringify(text)} in\n${output}`);
}

function checkFiles({ left = {} }: Trap, folder: string): void {
  for (const [name, expected] of Object.entries(left)) {
    const path = join(folder, name);
    if (typeof expected === "boolean") assert.is(existsSync(path), expected, name);
    else assert.is(readFileSync(path, "utf8"), expected, name);
  }
}

/** One null builder without a communicator, and what stands in its build block. */
export const onNull = (body: string, sources = `["null.a"]`): Readonly<Record<string, string>> => ({
  "t.pkr.hcl": `source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ${sources}\n${body}\n}\n`,
});

/** One file builder that writes `f.txt`, and what stands in its build block. */
export const onFile = (body: string): Readonly<Record<string, string>> => ({
  "t.pkr.hcl": `source "file" "f" {\n  target  = "f.txt"\n  content = "text"\n}\nbuild {\n  sources = ["file.f"]\n${body}\n}\n`,
});

/** A legacy template with one null builder. */
export const onJson = (rest: object, builder: object = {}): Readonly<Record<string, string>> => ({
  "t.json": JSON.stringify({ builders: [{ type: "null", communicator: "none", ...builder }], ...rest }),
});
