export interface Result {
  readonly suite: string;
  readonly test: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

const results: Result[] = [];

export function noteResult(result: Result): void {
  results.push(result);
}

/** What the suites of this process reported so far. */
export const notedResults = (): readonly Result[] => results;
