import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withFileLock } from "../../../runtime/system/file-lock.js";
import { replaceFile } from "../../../runtime/system/replace-file.js";
import { isFull, namedIfFull, Reserve } from "./full-disk.js";
import type { State } from "./model.js";
import { StateFile } from "./state-file.js";

/** $PKRTS_EC2_STATE, else $XDG_STATE_HOME/pkrts/ec2, else ~/.local/state/pkrts/ec2. */
export function defaultStateDir(env: Readonly<Record<string, string | undefined>>): string {
  const { PKRTS_EC2_STATE: own, XDG_STATE_HOME: xdg } = env;
  return own || join(xdg || join(homedir(), ".local/state"), "pkrts/ec2");
}

/** What a change to the state does to the disks beside it. */
export interface Effects {
  /** Takes back what was made, when the state that would know of it is not kept. */
  undo(takeBack: () => Promise<unknown>): void;
  /** Done once the state is kept that no longer needs it: whoever is killed in between leaves too much, never too little. */
  afterwards(act: () => Promise<unknown>): void;
}

/** Of a call that only reads. */
export const NO_EFFECTS: Effects = { undo: () => undefined, afterwards: () => undefined };

/** The state directory, shared by several processes: each `update` holds its lock. */
export class StateStore {
  readonly #file: StateFile;
  readonly #reserve: Reserve;
  #turn: Promise<unknown> = Promise.resolve();

  readonly dir: string;
  readonly disks: string;
  /** Disks that are being imported: `<pid>-<start time>-…`, so that those of processes that are gone can be told. */
  readonly incoming: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.disks = join(dir, "disks");
    this.incoming = join(dir, "incoming");
    this.#file = new StateFile(join(dir, "state.json"), this.disks);
    this.#reserve = new Reserve(join(dir, "reserve"));
  }

  static open(dir: string): StateStore {
    const store = new StateStore(dir);
    for (const folder of [store.disks, store.incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return store;
  }

  disk(id: string): string {
    return join(this.disks, `${id}.img`);
  }

  /** The state as it is now. Others look at the same object: it is not to be changed. */
  read(): State {
    return this.#file.shared();
  }

  /** Lets go of what {@link read} keeps open. */
  close(): void {
    this.#file.close();
  }

  /** Runs `change` alone among all processes; what it did to the state is kept only when it returns. */
  update<T>(change: (state: State, effects: Effects) => Promise<T> | T): Promise<T> {
    const mine = this.#turn.then(() => withFileLock(join(this.dir, "state.lock"), () => this.#change(change)));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #change<T>(change: (state: State, effects: Effects) => Promise<T> | T): Promise<T> {
    const undos: (() => Promise<unknown>)[] = [];
    const later: (() => Promise<unknown>)[] = [];
    const effects = {
      undo: (takeBack: () => Promise<unknown>) => void undos.unshift(takeBack),
      afterwards: (act: () => Promise<unknown>) => void later.push(act),
    };
    const { state, text } = this.#file.read();
    try {
      const result = await change(state, effects);
      const size = await this.#keep(text ?? "", state);
      // What fails here is found and done by the next recovery: the state says that it is not needed.
      for (const act of later) await act().catch(() => undefined);
      this.#reserve.fill(size);
      return result;
    } catch (error) {
      for (const takeBack of undos) await takeBack().catch(() => undefined);
      throw error;
    }
  }

  /** Gives the size of the state, in characters. The first is written though it is empty: before any disk is made. */
  async #keep(before: string, state: State): Promise<number> {
    const after = JSON.stringify(state);
    if (after === before) return after.length;
    try {
      await this.#write(after);
    } catch (error) {
      // What does not grow frees something: for that, there is space.
      if (!isFull(error) || after.length > before.length) throw namedIfFull(error, this.#file.path);
      this.#reserve.release();
      await this.#write(after);
    }
    return after.length;
  }

  #write(text: string): Promise<void> {
    return replaceFile(this.#file.path, text, 0o600);
  }
}
