import type { RunEvent } from "../contract/events.js";

/** A build that has begun and not ended, as its events tell. */
export interface RunningBuild {
  readonly label: string;
  /** Monotonic milliseconds. */
  readonly since: number;
  /** The innermost step that is open; "" between steps. */
  readonly step: string;
  /** How far a wait within that step is. */
  readonly progress: { readonly what: string; readonly percent: number } | undefined;
}

interface Entry {
  readonly since: number;
  /** Builds of the same label: a source may be used twice. */
  count: number;
  open: string[];
  progress: RunningBuild["progress"];
}

/** Follows events; in the order in which the builds began. */
export class RunningBuilds {
  readonly #entries = new Map<string, Entry>();

  get list(): readonly RunningBuild[] {
    return [...this.#entries].map(([label, { since, open, progress }]) => {
      return { label, since, step: open.at(-1) ?? "", progress };
    });
  }

  on(event: RunEvent, now: number): void {
    if (event.type === "build" && event.phase === "start") return this.#begin(event.build, now);
    const entry = this.#entries.get(event.build);
    if (entry === undefined) return;
    if (event.type === "build") this.#end(event.build, entry);
    else if (event.type === "progress") entry.progress = { what: event.what, percent: event.percent };
    else if (event.type === "step") step(entry, event);
  }

  #begin(label: string, now: number): void {
    const same = this.#entries.get(label);
    if (same === undefined) this.#entries.set(label, { since: now, count: 1, open: [], progress: undefined });
    else same.count += 1;
  }

  #end(label: string, entry: Entry): void {
    entry.count -= 1;
    if (entry.count === 0) this.#entries.delete(label);
  }
}

function step(entry: Entry, { name, phase }: RunEvent & { readonly type: "step" }): void {
  entry.progress = undefined;
  if (phase === "start") entry.open.push(name);
  else entry.open = entry.open.filter((_, i) => i !== entry.open.lastIndexOf(name));
}
