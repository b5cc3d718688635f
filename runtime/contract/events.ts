import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import type { Artifact } from "./artifact.js";

/** Everything that a run tells; the command line's output and `-json` are renderings of it. */
export type RunEventBody =
  /** A headline, a line of detail below it, or an error worth a line of its own. */
  | { readonly type: "say" | "detail" | "error"; readonly text: string }
  | { readonly type: "step"; readonly name: string; readonly phase: "start" | "done" | "failed"; readonly ms?: number }
  /** One line that a provisioner's program printed, without its newline. */
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly line: string }
  | { readonly type: "progress"; readonly what: string; readonly percent: number }
  | {
      readonly type: "resource";
      readonly kind: string;
      readonly id: string;
      readonly change: "held" | "released" | "kept" | "stuck";
    }
  /** A question at the terminal: put, and settled. */
  | { readonly type: "prompt"; readonly text: string; readonly phase: "asked" | "answered" }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly type: "artifact"; readonly artifact: Artifact }
  | {
      readonly type: "build";
      readonly phase: "start" | "ok" | "failed" | "cancelled";
      readonly ms?: number;
      readonly error?: Error;
    }
  /** The last event of a run; its `build` is "". */
  | {
      readonly type: "summary";
      readonly builds: readonly BuildOutcome[];
      readonly ms: number;
      readonly interruptedBy?: string;
    };

export interface BuildOutcome {
  readonly name: string;
  readonly ok: boolean;
  readonly artifacts: readonly Artifact[];
  readonly error?: Error;
}

export type RunEvent = RunEventBody & {
  readonly at: Date;
  /** The build's label; "" for what concerns the whole run. */
  readonly build: string;
  /** Who speaks within the build, when it is not the builder: `manifest` in `LABEL (manifest)`. */
  readonly voice?: string;
};

/** Where events end up. */
export interface EventSink {
  on(event: RunEvent): void;
  close(): Promise<void>;
}
