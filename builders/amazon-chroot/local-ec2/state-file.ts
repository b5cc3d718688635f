import { type BigIntStats, closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { emptyState, type State } from "./model.js";

const VERSION = emptyState().version;

interface Latest {
  readonly handle: number;
  readonly stat: BigIntStats;
  readonly state: State;
}

/** `state.json`, which is always replaced and never written to: what it holds is checked before anything relies on it. */
export class StateFile {
  readonly path: string;
  readonly #disks: string;
  #latest: Latest | undefined;

  /** `disks`: the folder that is empty as long as there never was a state. */
  constructor(path: string, disks: string) {
    this.path = path;
    this.#disks = disks;
  }

  /** The state, to be changed, with the text that it was read from; none before the first change. */
  read(): { readonly state: State; readonly text: string | undefined } {
    const text = this.#unlessMissing(() => readFileSync(this.path, "utf8"));
    return { text, state: text === undefined ? emptyState() : this.#stateIn(text) };
  }

  /** The state, to be looked at only: who asks while the file is the same one gets the same object. */
  shared(): State {
    const now = this.#unlessMissing(() => statSync(this.path, { bigint: true }));
    if (now === undefined) return emptyState();
    if (this.#latest === undefined || !isSame(this.#latest.stat, now)) this.#remember();
    return this.#latest?.state ?? emptyState();
  }

  /** Lets go of the file. */
  close(): void {
    if (this.#latest !== undefined) closeSync(this.#latest.handle);
    this.#latest = undefined;
  }

  /** It stays open: as long as it is, no other file gets its number. */
  #remember(): void {
    this.close();
    const handle = openSync(this.path, "r");
    try {
      const state = this.#stateIn(readFileSync(handle, "utf8"));
      this.#latest = { handle, state, stat: fstatSync(handle, { bigint: true }) };
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  /** Disks without a state are those of one that was lost: were it taken for a new one, they would be cleared away. */
  #unlessMissing<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      if (readdirSync(this.#disks).length === 0) return undefined;
      throw this.#problem("is missing, though there are disks beside it");
    }
  }

  #stateIn(text: string): State {
    const found = this.#parsed(text);
    const version = found["version"];
    if (typeof version === "number" && version > VERSION)
      throw this.#problem(`is of version ${version}, and this pkrts knows ${VERSION}: a newer one made it`);
    const isWhole = ["volumes", "snapshots", "images"].every((table) => isRecord(found[table]));
    if (version !== VERSION || !isWhole) throw this.#problem("is damaged: it does not hold what it should");
    return found as unknown as State;
  }

  #parsed(text: string): Readonly<Record<string, unknown>> {
    try {
      const found: unknown = JSON.parse(text);
      return isRecord(found) ? found : {};
    } catch (error) {
      throw this.#problem(`is damaged (${error instanceof Error ? error.message : String(error)})`);
    }
  }

  #problem = (what: string): Error =>
    new Error(`${this.path} ${what}. Nothing was changed: put back a good one, or begin with another folder.`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Somebody might have edited it in place. */
const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.mtimeNs === b.mtimeNs && a.size === b.size;
