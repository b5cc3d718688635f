import { isDeepStrictEqual } from "node:util";
import * as assert from "uvu/assert";

/** Says what was expected of `what` and what came, then fails where they differ. */
export function judge(what: string, got: unknown, expected: unknown): void {
  const differs = !isDeepStrictEqual(got, expected);
  console.log(`  ${what}: expected ${JSON.stringify(expected)}, got ${differs ? JSON.stringify(got) : "the same"}`);
  assert.not.ok(differs, `${what}: ${JSON.stringify(got)} is not ${JSON.stringify(expected)}`);
}

/** The same with a pattern that the text must match. */
export function judgeText(what: string, got: string, expected: RegExp): void {
  console.log(`  ${what}: expected ${expected}, got ${JSON.stringify(got)}`);
  assert.match(got, expected, what);
}
