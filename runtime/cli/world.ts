/** What a command may use of the process it runs in; main.ts makes the real one. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sets a variable of the environment, for the programs that are run from now on. */
  exportVariable(name: string, value: string): void;
  readonly home: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** When the process started. */
  readonly startedAt: Date;
  /** Calls `handler` for each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  onSignal(handler: (signal: StopSignal) => void): () => void;
}

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** A stream that text is written to. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Whether what is written may be in colour, as far as the environment says. */
  readonly isColoured: boolean;
  /** Of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Lines of the terminal; 24 where there is none. */
  readonly rows: number;
  write(text: string): void;
}

/** The exit code of a process that a signal ended, as shells have it. */
export const EXIT_OF: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
