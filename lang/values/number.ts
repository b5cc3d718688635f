// A 512-bit binary float, as cty has it. Nothing outside this file looks inside.

declare const hclNumber: unique symbol;
export interface HclNumber {
  readonly [hclNumber]: true;
}
