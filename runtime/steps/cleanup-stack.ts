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
export const cleanupStack = (options: StackOptions): OwnedStack => new JournaledStack(options);

class JournaledStack implements OwnedStack {
  readonly #options: StackOptions;
  readonly #entries: Entry[] = [];
  readonly #entryOf = new WeakMap<Held<unknown>, Entry>();
  #last = 0;

  constructor(options: StackOptions) {
    this.#options = options;
  }

  get mark(): number {
    return this.#last + 1;
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  get held(): readonly string[] {
    return this.#entries.map(({ name }) => name).reverse();
  }

  async acquire<T>(name: string, intent: Undo, take: () => Promise<T>, held: (taken: T) => HeldUndo): Promise<Held<T>> {
    const { journal, onChange } = this.#options;
    this.#last = journal.append({ kind: "intent", name, undo: intent });
    const entry: Entry = { seq: this.#last, name, undo: intent, open: true };
    // On the stack before it is taken: a failure half-way is undone by the intent.
    this.#entries.push(entry);
    const taken = await take().catch((error: unknown) => {
      if (error instanceof RunError && error.tookNothing) this.#noteReleased(entry);
      throw error;
    });
    this.#noteHeld(entry, held(taken));
    onChange(entry.name, "held");
    return this.#hold(entry, taken);
  }

  keep(all: readonly Held<unknown>[]): Promise<void> {
    const entries = all.map((held) => this.#entryOf.get(held)).filter((entry) => entry !== undefined);
    const kept = entries.filter(({ open }) => open);
    // One line: a kill leaves all of them on the stack, or none.
    this.#options.journal.append({ kind: "kept", of: kept.map(({ seq }) => seq) });
    for (const entry of kept) this.#close(entry, "kept");
    return Promise.resolve();
  }

  unwind(): Promise<readonly CleanupFailure[]> {
    return this.unwindTo(0);
  }

  async unwindTo(mark: number): Promise<readonly CleanupFailure[]> {
    const { journal, onChange } = this.#options;
    const failures: CleanupFailure[] = [];
    for (const entry of this.#entries.filter(({ seq }) => seq >= mark).reverse()) {
      try {
        await this.#release(entry);
      } catch (thrown) {
        const error = errorFrom(thrown);
        journal.append({ kind: "stuck", of: entry.seq, error: error.message });
        onChange(entry.name, "stuck");
        failures.push({ name: entry.name, undo: entry.undo, error });
      }
    }
    return failures;
  }

  #hold<T>(entry: Entry, value: T): Held<T> {
    const held: Held<T> = {
      value,
      release: () => this.#release(entry),
      replace: (next) => Promise.resolve(this.#noteHeld(entry, next)),
    };
    this.#entryOf.set(held, entry);
    return held;
  }

  async #release(entry: Entry): Promise<void> {
    if (!entry.open) return;
    await this.#options.undo(entry.undo);
    this.#noteReleased(entry);
  }

  #noteReleased(entry: Entry): void {
    this.#options.journal.append({ kind: "released", of: entry.seq });
    this.#close(entry, "released");
  }

  #noteHeld(entry: Entry, { name = entry.name, ...undo }: HeldUndo): void {
    entry.undo = undo;
    const named = name === entry.name ? {} : { name };
    this.#options.journal.append({ kind: "held", of: entry.seq, undo, ...named });
    entry.name = name;
  }

  #close(entry: Entry, change: "released" | "kept"): void {
    entry.open = false;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#options.onChange(entry.name, change);
  }
}
