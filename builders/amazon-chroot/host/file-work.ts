// What is done to files of the image, by us or by commands under the template's wrapper.

import { constants, copyFileSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { hostProgram, hostProgramInTime } from "./host-program.js";
import type { Wrapper } from "./wrapper.js";

/** No path's last name is followed when it is a link: it is what is moved, removed or replaced. */
export interface FileWork {
  /** What is at `to` is replaced. Permission bits come along. */
  copy(from: string, to: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Nothing there is as good as removed. */
  remove(path: string): Promise<void>;
  /** 0755. */
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
}

const OWN: FileWork = {
  async copy(from, to) {
    rmSync(to, { force: true });
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  },
  async move(from, to) {
    renameSync(from, to);
  },
  async remove(path) {
    rmSync(path, { force: true });
  },
  async makeFolder(path) {
    mkdirSync(path, { mode: 0o755 });
  },
  async removeFolder(path) {
    rmdirSync(path);
  },
};

/** What we hold open, as other processes find it: under our number. */
export const named = (path: string): string => path.replace(/^\/proc\/self\//, `/proc/${process.pid}/`);

const throughCommands = (wrapper: Wrapper, signal: AbortSignal | undefined): FileWork => {
  const command = async (...words: readonly string[]): Promise<void> => {
    await (signal === undefined ? hostProgramInTime(wrapper, words) : hostProgram(wrapper, words, signal));
  };
  return {
    copy: (from, to) => command("cp", "--remove-destination", "--preserve=mode", "--", from, named(to)),
    move: (from, to) => command("mv", "-f", "-T", "--", named(from), named(to)),
    remove: (path) => command("rm", "-f", "--", named(path)),
    makeFolder: (path) => command("mkdir", "-m", "755", "--", named(path)),
    removeFolder: (path) => command("rmdir", "--", named(path)),
  };
};

/** `signal` ends the command that is running; without one, as in clean-up, it has a minute. */
export const fileWork = (wrapper: Wrapper, signal?: AbortSignal): FileWork =>
  wrapper.given ? throughCommands(wrapper, signal) : OWN;
