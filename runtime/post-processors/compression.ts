// The compressions of `compress`, by the ending that asks for them.

import { createGzip } from "node:zlib";
import { findProgram } from "../system/program.js";
import { throughProgram } from "../system/through-program.js";
import { bgzf } from "./bgzf.js";

/** By the names that Packer prints. */
export type Algorithm = "pgzip" | "bgzf" | "lz4" | "xz" | "bzip2";

const BY_ENDING: Readonly<Record<string, Algorithm>> = {
  gz: "pgzip",
  bgzf: "bgzf",
  lz4: "lz4",
  xz: "xz",
  bzip2: "bzip2",
};

export const algorithmOf = (ending: string): Algorithm | undefined => BY_ENDING[ending];

/** Done by the system's program of that name: Node has no such compression. */
const PROGRAMS: readonly Algorithm[] = ["lz4", "xz", "bzip2"];

/** The program that is needed and not there. */
export function missingProgram(algorithm: Algorithm, env: (name: string) => string | undefined): string | undefined {
  return PROGRAMS.includes(algorithm) && findProgram(algorithm, env("PATH") ?? "") === undefined
    ? algorithm
    : undefined;
}

/** A step of a stream pipeline. `level` is 1 to 9; undefined: the format's default. */
export function compressor(algorithm: Algorithm, level: number | undefined, signal: AbortSignal) {
  if (algorithm === "pgzip") return createGzip(level === undefined ? {} : { level });
  if (algorithm === "bgzf") return bgzf(level);
  const threads = algorithm === "xz" ? ["--threads=0"] : [];
  const flags = level === undefined ? threads : [`-${level}`, ...threads];
  return throughProgram([algorithm, "--compress", "--stdout", "--quiet", ...flags], signal);
}

/** `2 cores`, as Packer announces them: those that its library uses. */
export const coresOf = (algorithm: Algorithm, cores: number): string =>
  algorithm === "xz" || algorithm === "bzip2" ? "1 core" : `${cores} cores`;
