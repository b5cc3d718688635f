// Imports the test files named on the command line, runs their uvu suites, and tells the parent (tests/run.ts) what happened.
import { pathToFileURL } from "node:url";
import { notedResults, type Result } from "./support/results.js";

/** What one test file did. */
export interface Report {
  readonly file: string;
  readonly results: readonly Result[];
  /** The file could not be loaded, or uvu itself failed. */
  readonly error?: string;
}

// Before uvu is loaded, or it starts suites by itself.
Object.assign(globalThis, { UVU_DEFER: 1 });
const { exec } = await import("uvu");

let failed = false;
for (const file of process.argv.slice(2)) {
  const before = notedResults().length;
  const error = await runFile(file);
  const results = notedResults().slice(before);
  failed ||= error !== undefined || results.some((result) => result.outcome === "failed");
  process.send?.({ file, results, ...(error === undefined ? {} : { error }) } satisfies Report);
}
process.exitCode = failed ? 1 : 0;
process.disconnect?.();

async function runFile(file: string): Promise<string | undefined> {
  Object.assign(globalThis, { UVU_QUEUE: [[null]], UVU_INDEX: 0 });
  try {
    await import(pathToFileURL(file).href);
    await exec();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
