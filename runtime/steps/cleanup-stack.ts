import type { CleanupFailure, CleanupStack, Held, HeldUndo, Undo } from "../contract/cleanup.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { Journal } from "./journal.js";

interface Entry {
  readonly seq: number;
  name: string;
  undo: Undo;
  open: boolean;
}

export interface StackOptions {
  readonly journal: Journal;
  /** Runs an undo; must not depend on the run's signal. */
  undo(undo: Undo): Promise<void>;
  /** Told of each resource. */
  onChange(name: string, change: "held" | "released" | "kept" | "stuck"): void;
}

export interface OwnedStack extends CleanupStack {
  /** Whether nothing is held any more. */
  readonly empty: boolean;
  /** The names of what is held, last taken first. */
  readonly held: readonly string[];
  /** The number that the next thing taken will at least have. */
  readonly mark: number;
  /** As {@link CleanupStack.unwind}, of what was taken since that mark. */
  unwindTo(mark: number): Promise<readonly CleanupFailure[]>;
}

/** The protocol: write the intent, take, write what is held; give back in the opposite order, past failures. */
export function cleanupStack({ journal, undo, onChange }: StackOptions): OwnedStack {
  const entries: Entry[] = [];
  const entryOf = new WeakMap<Held<unknown>, Entry>();

  const close = (entry: Entry, change: "released" | "kept"): void => {
    entry.open = false;
    entries.splice(entries.indexOf(entry), 1);
    onChange(entry.name, change);
  };

  const markReleased = (entry: Entry): void => {
    journal.append({ kind: "released", of: entry.seq });
    close(entry, "released");
  };

  const markHeld = (entry: Entry, { name = entry.name, ...undo }: HeldUndo): void => {
    entry.undo = undo;
    journal.append({ kind: "held", of: entry.seq, undo, ...(name === entry.name ? {} : { name }) });
    entry.name = name;
  };

  const release = async (entry: Entry): Promise<void> => {
    if (!entry.open) return;
    await undo(entry.undo);
    markReleased(entry);
  };

  const hold = <T>(entry: Entry, value: T): Held<T> => {
    const held: Held<T> = {
      value,
      release: () => release(entry),
      replace: (next) => Promise.resolve(markHeld(entry, next)),
    };
    entryOf.set(held, entry);
    return held;
  };

  const unwindTo = async (mark: number): Promise<readonly CleanupFailure[]> => {
    const failures: CleanupFailure[] = [];
    for (const entry of entries.filter(({ seq }) => seq >= mark).reverse()) {
      try {
        await release(entry);
      } catch (thrown) {
        const error = errorFrom(thrown);
        journal.append({ kind: "stuck", of: entry.seq, error: error.message });
        onChange(entry.name, "stuck");
        failures.push({ name: entry.name, undo: entry.undo, error });
      }
    }
    return failures;
  };

  let last = 0;
  return {
    get mark() {
      return last + 1;
    },
    get empty() {
      return entries.length === 0;
    },
    get held() {
      return entries.map(({ name }) => name).reverse();
    },
    async acquire(name, intent, take, held) {
      last = journal.append({ kind: "intent", name, undo: intent });
      const entry: Entry = { seq: last, name, undo: intent, open: true };
      // On the stack before it is taken: a failure half-way is undone by the intent.
      entries.push(entry);
      const taken = await take().catch((error: unknown) => {
        if (error instanceof RunError && error.tookNothing) markReleased(entry);
        throw error;
      });
      markHeld(entry, held(taken));
      onChange(entry.name, "held");
      return hold(entry, taken);
    },
    keep(all) {
      const kept = all.map((held) => entryOf.get(held)).filter((entry) => entry?.open === true);
      const open = kept.filter((entry) => entry !== undefined);
      // One line: a kill leaves all of them on the stack, or none.
      journal.append({ kind: "kept", of: open.map(({ seq }) => seq) });
      for (const entry of open) close(entry, "kept");
      return Promise.resolve();
    },
    unwind: () => unwindTo(0),
    unwindTo,
  };
}
