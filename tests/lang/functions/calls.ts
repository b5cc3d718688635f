import * as assert from "uvu/assert";
import { showValue } from "../../../lang/values/show.js";
import type { Test } from "../../support/describe.js";
import { evaluating } from "../eval/evaluating.js";

/** Expressions, and what the console prints for each. */
export function prints(test: Test, table: readonly (readonly [text: string, printed: string])[]): void {
  for (const [text, printed] of table) {
    test(text, () => {
      const { value, diagnostics } = evaluating(text);
      assert.equal(diagnostics, []);
      assert.is(showValue(value), printed);
    });
  }
}

/** Expressions, and the end of what is said against each. */
export function refuses(test: Test, table: readonly (readonly [text: string, why: string])[]): void {
  for (const [text, why] of table) {
    test(text, () => {
      const { diagnostics } = evaluating(text);
      assert.is(diagnostics.length, 1);
      const { detail = "" } = diagnostics[0] ?? {};
      assert.ok(detail.endsWith(`: ${why}.`), detail);
    });
  }
}
