import type { Test } from "./describe.js";

/** One test per row; the first cell names it. */
export function rows<R extends readonly unknown[]>(
  test: Test,
  table: readonly (readonly [name: string, ...cells: R])[],
  body: (...cells: R) => unknown,
): void {
  for (const [name, ...cells] of table) test(name, () => body(...cells));
}
