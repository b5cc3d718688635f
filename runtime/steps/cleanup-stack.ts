import type { CleanupFailure, CleanupStack, Held, Undo } from "../contract/cleanup.js";
import { errorFrom } from "../contract/errors.js";
import type { Journal } from "./journal.js";

interface Entry {
  readonly seq: number;
  readonly name: string;
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
}

/** The protocol: write the intent, take, write what is held; give back in the opposite order, past failures. */
export function cleanupStack({ journal, undo, onChange }: StackOptions): OwnedStack {
  const entries: Entry[] = [];

  const close = (entry: Entry, change: "released" | "kept"): void => {
    entry.open = false;
    entries.splice(entries.indexOf(entry), 1);
    journal.append({ kind: change, of: entry.seq });
    onChange(entry.name, change);
  };

  const release = async (entry: Entry): Promise<void> => {
    if (!entry.open) return;
    await undo(entry.undo);
    close(entry, "released");
  };

  const hold = <T>(entry: Entry, value: T): Held<T> => ({
    value,
    release: () => release(entry),
    keep: () => {
      if (entry.open) close(entry, "kept");
      return Promise.resolve();
    },
    replace: (next) => {
      entry.undo = next;
      journal.append({ kind: "held", of: entry.seq, undo: next });
      return Promise.resolve();
    },
  });

  return {
    get empty() {
      return entries.length === 0;
    },
    get held() {
      return entries.map(({ name }) => name).reverse();
    },
    async acquire(name, intent, take, held) {
      const entry: Entry = {
        seq: journal.append({ kind: "intent", name, undo: intent }),
        name,
        undo: intent,
        open: true,
      };
      // On the stack before it is taken: a failure half-way is undone by the intent.
      entries.push(entry);
      const taken = await take();
      entry.undo = held(taken);
      journal.append({ kind: "held", of: entry.seq, undo: entry.undo });
      onChange(name, "held");
      return hold(entry, taken);
    },
    async unwind() {
      const failures: CleanupFailure[] = [];
      for (const entry of [...entries].reverse()) {
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
    },
  };
}
