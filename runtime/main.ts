// The program: the process on one side, commands on the other. The only place that reads process.* and sets the exit code.
import { homedir } from "node:os";
import { OutputScreen } from "./cli/output-screen.js";
import { runProgram } from "./cli/program.js";
import type { StopSignal, World } from "./cli/world.js";
import { PRODUCT_VERSION } from "./product.js";

const BUG = 70;
const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

// The SDK's advice on Node versions is for who maintains pkrts, not for who runs it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const world: World = {
  cwd: process.cwd(),
  env: process.env,
  exportVariable: (name, value) => {
    process.env[name] = value;
  },
  home: process.env["HOME"] ?? homedir(),
  get stdin() {
    return process.stdin;
  },
  stdout: new OutputScreen(1, () => process.stdout),
  stderr: new OutputScreen(2, () => process.stderr),
  startedAt: new Date(),
  onSignal,
};

// No top-level await: the bundle that is loaded with the code cache is CommonJS.
runProgram(process.argv.slice(2), world).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.exitCode = BUG;
    reportBug(error);
  },
);

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
