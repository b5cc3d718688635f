// The program: the process on one side, commands on the other. The only place that reads process.* and sets the exit code.
import { homedir } from "node:os";
import { runProgram } from "./cli/program.js";
import type { Screen, StopSignal, World } from "./cli/world.js";
import { PRODUCT_VERSION } from "./product.js";

const BUG = 70;
const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

// The SDK's advice on Node versions is for who maintains pkrts, not for who runs it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const world: World = {
  cwd: process.cwd(),
  env: process.env,
  home: process.env["HOME"] ?? homedir(),
  get stdin() {
    return process.stdin;
  },
  stdout: screen(process.stdout),
  stderr: screen(process.stderr),
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

function screen(stream: NodeJS.WriteStream): Screen {
  // A reader that went away (`pkrts inspect | head`) is no failure of ours.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    write: (text) => void stream.write(text),
  };
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
