// Runs every *.test.ts below tests/ (or those whose path contains one of the arguments), each in a process of its own,
// or, with --interop, every *.interop.ts: the embedded EC2 judged by other people's programs, which are slow to start;
// and closes with the line that CI reads. Fails on no files, on a file without tests, and on a process that dies.
import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "./run-files.js";
import type { Result } from "./support/results.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const interop = process.argv.includes("--interop");
const suffix = interop ? ".interop.ts" : ".test.ts";
const wanted = process.argv.slice(2).filter((argument) => argument !== "--interop");
const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(suffix))
  .map((name) => join(here, name))
  .filter((file) => wanted.length === 0 || wanted.some((part) => relative(root, file).includes(part)))
  .sort();

const results: Result[] = [];
const troubles: string[] = [];
if (files.length === 0) troubles.push(`no test file matches ${wanted.join(" ") || `tests/**/*${suffix}`}`);

// Files that attach loop devices or kill processes compete for the host: those run one after another, beside the others.
const exclusive = files.filter((file) => relative(here, file).startsWith("e2e/") || interop);
const shared = files.filter((file) => !exclusive.includes(file));
await Promise.all([
  lane(exclusive),
  ...Array.from({ length: Math.max(1, availableParallelism() - 1) }, () => lane(shared)),
]);

const count = (outcome: Result["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
for (const { suite, test, outcome } of results) {
  if (outcome === "skipped") console.log(`skipped: ${suite}: ${test}`);
}
for (const { suite, test, outcome } of results) {
  if (outcome === "failed") console.log(`failed: ${suite}: ${test}`);
}
for (const trouble of troubles) console.log(`failed: ${trouble}`);
console.log(`${count("passed")} passed, ${count("failed") + troubles.length} failed, ${count("skipped")} skipped`);
process.exitCode = count("failed") + troubles.length > 0 ? 1 : 0;

async function lane(queue: string[]): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) await runFile(file);
}

function runFile(file: string): Promise<void> {
  const name = relative(root, file);
  const child = fork(join(here, "run-files.ts"), [file], { execArgv: ["--import", "tsx"], silent: true });
  let output = "";
  let report: Report | undefined;
  child.stdout?.on("data", (bytes) => (output += bytes));
  child.stderr?.on("data", (bytes) => (output += bytes));
  child.on("message", (message) => (report = message as Report));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      judge(name, report, code ?? signal);
      process.stdout.write(`${name}\n${withoutTotals(output)}`);
      resolve();
    });
  });
}

function judge(name: string, report: Report | undefined, exit: number | string | null): void {
  results.push(...(report?.results ?? []));
  if (report === undefined) troubles.push(`${name}: its process ended with ${exit} before its tests did`);
  else if (report.error !== undefined) troubles.push(`${name}: ${report.error}`);
  else if (report.results.length === 0) troubles.push(`${name}: has no tests`);
  else if (exit !== 0 && !report.results.some((result) => result.outcome === "failed")) {
    troubles.push(`${name}: its process ended with ${exit} after its tests passed`);
  }
}

// uvu closes each file with totals of its own; ours count all files.
function withoutTotals(output: string): string {
  return output.replace(/\n\s+Total:[^\n]*\n\s+Passed:[^\n]*\n\s+Skipped:[^\n]*\n\s+Duration:[^\n]*\n*/g, "\n");
}
