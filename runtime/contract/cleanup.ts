import type { Json } from "./json.js";
import type { RunContext } from "./run-context.js";

/** Undo is data, so that another process can do it. `args` never holds a secret: it is written to disk. */
export interface Undo {
  readonly op: string;
  readonly args: Json;
  /** What it undoes is gone, too, once the machine stops: its power may take the note of it. */
  readonly endsWithMachine?: true;
}

/** The undo of what is there by now, and what that is called: `volume vol-1`, where its intent could only say `volume`. */
export interface HeldUndo extends Undo {
  readonly name?: string;
}

/** What undoes each `op`. Idempotent: "already gone" is success. Must not look at `run.signal`: it may have been aborted; `run` here has a signal of its own. */
export type UndoTable = Readonly<Record<string, (args: Json, run: RunContext) => Promise<void>>>;

export interface CleanupStack {
  /** Journals `undo` (fsynced, unless it ends with the machine), calls `take`, journals `held(result)`. A failing `take` leaves nothing on the stack once its intent was undone, or at once where its error says that it took nothing. */
  acquire<T>(name: string, undo: Undo, take: () => Promise<T>, held: (taken: T) => HeldUndo): Promise<Held<T>>;
  /** Takes them off the stack, all at once: they are what the user wants to keep. */
  keep(held: readonly Held<unknown>[]): Promise<void>;
  /** Releases everything, last taken first; goes on past failures and returns them. */
  unwind(): Promise<readonly CleanupFailure[]>;
}

export interface Held<T> {
  readonly value: T;
  /** Undoes it now. Idempotent. */
  release(): Promise<void>;
  /** Journals another undo in place of the first (what must be undone has changed). */
  replace(undo: HeldUndo): Promise<void>;
}

export interface CleanupFailure {
  readonly name: string;
  readonly undo: Undo;
  readonly error: Error;
}

export type JournalEntry = { readonly seq: number; readonly at: string } & (
  | { readonly kind: "intent"; readonly name: string; readonly undo: Undo }
  | { readonly kind: "held"; readonly of: number; readonly undo: Undo; readonly name?: string }
  | { readonly kind: "released"; readonly of: number }
  | { readonly kind: "kept"; readonly of: readonly number[] }
  | { readonly kind: "stuck"; readonly of: number; readonly error: string }
);
