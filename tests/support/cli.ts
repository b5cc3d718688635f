import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = join(root, "dist", "pkrts.cjs");

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The user and the group that it runs as. */
  readonly uid?: number;
  /** Where the mounts of one namespace are not shared with those made from it, as in most containers. */
  readonly privateMounts?: boolean;
  /** In a session of its own, which has no terminal. */
  readonly detached?: boolean;
  /** Called with everything on stdout so far, at each piece; for tests that act in the middle of a run. */
  readonly onOutput?: (output: string, child: ChildProcess) => void;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PRIVATE_MOUNTS = ["unshare", "--mount", "--propagation", "private", "--"];

/** Runs the built program as a user would, with none of the caller's AWS, Packer or pkrts settings. */
export function pkrts(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  if (!existsSync(program)) throw new Error("dist/pkrts.cjs is missing: npm run build");
  const [file = "", ...args] = [...(options.privateMounts === true ? PRIVATE_MOUNTS : []), program, ...argv];
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: { ...cleanEnvironment(), ...options.env },
    detached: options.detached === true,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
    options.onOutput?.(stdout, child);
  });
  child.stderr.on("data", (bytes) => (stderr += bytes));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|PKR_|PACKER_|PKRTS_|NODE_EXTRA_CA_CERTS$|XDG_STATE_HOME$|FORCE_COLOR$|NO_COLOR$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
