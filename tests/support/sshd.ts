// A private sshd on loopback, with keys of its own: for tests that need a machine behind SSH.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const SSHD = "/usr/sbin/sshd";

/** Why tests with an sshd can't run here. */
export function whyNoSshd(): string | undefined {
  return existsSync(SSHD) ? undefined : "needs sshd";
}

export interface Sshd {
  /** A folder of the test's own. */
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  /** Private keys: one that may log in, and one that may not. */
  readonly key: string;
  readonly strangerKey: string;
  /** The host's public key, as `TYPE BASE64`. */
  readonly hostKey: string;
  /** Ends it and every session. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends every session, and listens on: what a broken line looks like to the client. */
  drop(): void;
  close(): Promise<void>;
}

/** An sshd for one test. `config`: as {@link openSshd}. */
export async function withSshd(use: (sshd: Sshd) => Promise<void>, config: readonly string[] = []): Promise<void> {
  const sshd = await openSshd(config);
  try {
    await use(sshd);
  } finally {
    await sshd.close();
  }
}

/** `config`: lines for sshd_config, before the others. */
export async function openSshd(config: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-sshd-"));
  const port = await freePort();
  const key = makeKey(folder, "key");
  const hostKey = makeKey(folder, "host_key");
  const authorized = join(folder, "authorized_keys");
  writeFileSync(authorized, readFileSync(`${key}.pub`, "utf8"), { mode: 0o600 });
  const file = join(folder, "sshd_config");
  writeFileSync(
    file,
    [
      ...config,
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, "pid")}`,
      "UsePAM no",
      "StrictModes no",
      "PermitRootLogin yes",
      "LogLevel DEBUG",
      "Subsystem sftp internal-sftp",
      "",
    ].join("\n"),
  );
  // sshd wants the folder that its service file makes.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once("close", resolve));
    // Nobody gets in between the end of the sessions and its own.
    running.kill("SIGSTOP");
    killSessions(running.pid ?? 0);
    running.kill("SIGKILL");
    await ended;
  };
  const start = async (): Promise<void> => {
    child = spawn(SSHD, ["-D", "-f", file, "-E", join(folder, "log")], { stdio: "ignore" });
    await untilListening(port);
  };
  await start();
  return {
    folder,
    port,
    user: userInfo().username,
    key,
    strangerKey: makeKey(folder, "stranger"),
    hostKey: readFileSync(`${hostKey}.pub`, "utf8").split(" ").slice(0, 2).join(" "),
    start,
    stop,
    drop: () => killSessions(child?.pid ?? 0),
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function makeKey(folder: string, name: string, type = "ed25519"): string {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path]);
  chmodSync(path, 0o600);
  return path;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** The processes that sshd has begun, one for each session. */
function killSessions(sshd: number): void {
  for (const pid of childrenOf(sshd)) killTree(pid);
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** Parents first: nobody is left to tell the client how its child ended. */
function killTree(pid: number): void {
  try {
    const children = childrenOf(pid);
    process.kill(pid, "SIGKILL");
    for (const child of children) killTree(child);
  } catch {
    // Ended by itself meanwhile.
  }
}

async function untilListening(port: number): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not listen on port ${port}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
