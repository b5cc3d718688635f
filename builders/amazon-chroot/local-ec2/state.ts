import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { withFileLock } from "../../../runtime/system/file-lock.js";
import { emptyState, type State } from "./model.js";

/** $PKRTS_EC2_STATE, else $XDG_STATE_HOME/pkrts/ec2, else ~/.local/state/pkrts/ec2. */
export function defaultStateDir(env: Readonly<Record<string, string | undefined>>): string {
  const { PKRTS_EC2_STATE: own, XDG_STATE_HOME: xdg } = env;
  return own || join(xdg || join(homedir(), ".local/state"), "pkrts/ec2");
}

/** The state directory, shared by several processes: each `update` holds its lock. */
export class StateStore {
  readonly #file: string;
  #turn: Promise<unknown> = Promise.resolve();

  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.#file = join(dir, "state.json");
  }

  static async open(dir: string): Promise<StateStore> {
    await mkdir(join(dir, "disks"), { recursive: true, mode: 0o700 });
    return new StateStore(dir);
  }

  disk(id: string): string {
    return join(this.dir, "disks", `${id}.img`);
  }

  async read(): Promise<State> {
    const stored = await readFile(this.#file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    // Only this class writes the file, and always whole.
    return stored === undefined ? emptyState() : (JSON.parse(stored) as State);
  }

  /** Runs `change` alone among all processes; what it did to the state is kept only when it returns. */
  update<T>(change: (state: State) => Promise<T> | T): Promise<T> {
    const mine = this.#turn.then(() => this.#locked(change));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #locked<T>(change: (state: State) => Promise<T> | T): Promise<T> {
    return withFileLock(join(this.dir, "state.lock"), async () => {
      const state = await this.read();
      const before = JSON.stringify(state);
      const result = await change(state);
      const after = JSON.stringify(state);
      if (after !== before) await writeFileAtomic(this.#file, after, { mode: 0o600, fsync: true });
      return result;
    });
  }
}
