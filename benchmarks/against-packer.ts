// Times commands of pkrts against Packer's in turns, in the same minute: medians of wall time, and peak memory.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const program = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "pkrts.cjs");

export interface Contest {
  readonly name: string;
  /** The same words for both. */
  readonly argv: readonly string[];
  /** Exit codes that are fine. */
  readonly fine?: readonly number[];
  /** Of each program; as many as the table's unless given. */
  readonly rounds?: number;
}

interface Measured {
  /** Milliseconds. */
  readonly wall: number;
  /** kB; 0 where it can't be told. */
  readonly peak: number;
}

/** Prints a table. `rounds`: at least 7, of which each program gets one a turn. */
export function compete(contests: readonly Contest[], rounds = 7): void {
  if (spawnSync("packer", ["version"]).error !== undefined)
    throw new Error("packer is not installed: nothing to compare with");
  console.log("command                       pkrts       packer      ratio   pkrts peak  packer peak");
  for (const contest of contests) {
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let round = 0; round < (contest.rounds ?? rounds); round += 1) {
      ours.push(measure([process.execPath, program, ...contest.argv], contest));
      theirs.push(measure(["packer", ...contest.argv], contest));
    }
    console.log(row(contest.name, ours, theirs));
  }
}

function measure(argv: readonly string[], { name, fine = [0] }: Contest): Measured {
  const canTell = existsSync("/usr/bin/time");
  const [file = "", ...rest] = canTell ? ["/usr/bin/time", "-f", "\npeak %M", ...argv] : argv;
  const { NODE_EXTRA_CA_CERTS: _unused, ...env } = process.env;
  const start = performance.now();
  const { status, stderr } = spawnSync(file, rest, {
    encoding: "utf8",
    env: { ...env, CHECKPOINT_DISABLE: "1" },
    maxBuffer: 2 ** 28,
  });
  const wall = performance.now() - start;
  if (status === null || !fine.includes(status))
    throw new Error(`${name}: ${argv.join(" ")} ended with ${status}:\n${stderr}`);
  return { wall, peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1] ?? 0) };
}

function row(name: string, ours: readonly Measured[], theirs: readonly Measured[]): string {
  const [wall, otherWall] = [median(ours.map((each) => each.wall)), median(theirs.map((each) => each.wall))];
  const [peak, otherPeak] = [median(ours.map((each) => each.peak)), median(theirs.map((each) => each.peak))];
  const cells = [
    `${wall.toFixed(0)} ms`,
    `${otherWall.toFixed(0)} ms`,
    (wall / otherWall).toFixed(2),
    megabytes(peak),
    megabytes(otherPeak),
  ];
  return `${name.padEnd(28)}  ${cells.map((cell) => cell.padEnd(10)).join("  ")}`;
}

const megabytes = (kilobytes: number): string => (kilobytes === 0 ? "?" : `${Math.round(kilobytes / 1024)} MB`);

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
