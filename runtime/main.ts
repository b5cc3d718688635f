// The program: the process on one side, commands on the other. The only place that reads process.* and sets the exit code.
import { writeSync } from "node:fs";
import { homedir } from "node:os";
import { OutputScreen } from "./cli/output-screen.js";
import { runProgram } from "./cli/program.js";
import type { StopSignal, World } from "./cli/world.js";
import { PRODUCT_VERSION } from "./product.js";

const BUG = 70;
const OUTPUT_LOST = 1;
const NO_FOLDER = 1;
const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

// The SDK's advice on Node versions is for who maintains pkrts, not for who runs it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

let isOutputLost = false;

const worldAt = (cwd: string): World => ({
  cwd,
  env: process.env,
  exportVariable: (name, value) => {
    process.env[name] = value;
  },
  home: process.env["HOME"] ?? homedir(),
  get stdin() {
    return process.stdin;
  },
  stdout: new OutputScreen(1, () => process.stdout, outputFailed, process.env),
  stderr: new OutputScreen(2, () => process.stderr, outputFailed, process.env),
  startedAt: new Date(),
  onSignal,
});

const cwd = workingFolder();
if (cwd === undefined) {
  process.exitCode = NO_FOLDER;
  writeSync(2, "Error: the working directory does not exist any more.\n");
} else start(worldAt(cwd));

// No top-level await: the bundle that is loaded with the code cache is CommonJS.
function start(world: World): void {
  runProgram(process.argv.slice(2), world).then(
    (exitCode) => {
      process.exitCode = exitCode === 0 && isOutputLost ? OUTPUT_LOST : exitCode;
    },
    (error: unknown) => {
      process.exitCode = BUG;
      reportBug(error);
    },
  );
}

/** Undefined where somebody deleted it: programs can't be started there, nor files be found. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** A full disk, most likely. A build goes on, and takes down what it made; but nobody must take it for success. */
function outputFailed(error: Error): void {
  if (isOutputLost) return;
  isOutputLost = true;
  process.exitCode ||= OUTPUT_LOST;
  try {
    writeSync(2, `The output can't be written: ${error.message}\n`);
  } catch {
    // Nor can this.
  }
}

function onSignal(handler: (signal: StopSignal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}

function reportBug(error: unknown): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a bug in pkrts ${PRODUCT_VERSION}, not in your template. Please report it with the lines below.\n\n${trace}\n`,
  );
}
