import { type Context, suite } from "uvu";
import { noteResult } from "./results.js";

type Body = () => unknown;
/** Declares a test of the suite. */
export interface Test {
  (name: string, body: Body): void;
  /** Counted and named in the output: what this host can't run, with the reason in `name`. */
  skip(name: string, body?: Body): void;
  /** Skips with `reason` when it is given, else runs. */
  unless(reason: string | undefined, name: string, body: Body): void;
}

/** A uvu suite that always runs: uvu alone passes silently over one whose `.run()` was forgotten. */
export function describe(name: string, declare: (test: Test) => void): void {
  const tests = suite(name);
  const test = ((title: string, body: Body) => tests(title, watched(name, title, body))) as Test;
  test.skip = (title) => {
    noteResult({ suite: name, test: title, outcome: "skipped" });
  };
  test.unless = (reason, title, body) => {
    if (reason === undefined) test(title, body);
    else test.skip(`${title} (${reason})`);
  };
  declare(test);
  tests.run();
}

function watched(name: string, title: string, body: Body): (context: Context) => Promise<void> {
  return async () => {
    try {
      await body();
      noteResult({ suite: name, test: title, outcome: "passed" });
    } catch (error) {
      noteResult({ suite: name, test: title, outcome: "failed" });
      throw error;
    }
  };
}
