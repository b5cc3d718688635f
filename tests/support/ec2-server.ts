import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/pkrts.cjs");

/** `pkrts ec2 serve` in a process of its own. */
export interface Ec2Server {
  readonly url: string;
  readonly pid: number;
  /** Ends it as a user would, or with `signal`. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Serves the state in `stateDir`; what it says on stderr goes to ours. */
export async function startServer(stateDir: string, flags: readonly string[] = []): Promise<Ec2Server> {
  const env = { ...process.env, PKRTS_EC2_STATE: stateDir };
  const child = spawn(process.execPath, [program, "ec2", "serve", ...flags], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const line = await new Promise<string>((resolve) => {
    child.stdout.once("data", (bytes) => resolve(String(bytes)));
    child.stdout.once("end", () => resolve(""));
  });
  const url = /^listening on (http:\S+)\n$/.exec(line)?.[1];
  if (url === undefined) throw new Error(`ec2 serve did not start: ${JSON.stringify(line)}`);
  const stop = (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    child.kill(signal);
    return closed;
  };
  return { url, pid: child.pid ?? 0, stop };
}

/** Runs `body` with the address of a server of its own state, which is gone afterwards. */
export async function serving(
  flags: readonly string[],
  body: (url: string, stateDir: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-serve-"));
  const server = await startServer(folder, flags);
  try {
    await body(server.url, folder);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
