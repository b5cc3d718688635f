// npm run fuzz [-- SEED [COUNT]]: random inputs through parse, fmt and evaluate. Exit 1 when one throws or takes over a second.

import { fuzz } from "../tests/support/fuzz.js";

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32);
const count = Number(process.argv[3] ?? 100_000);
console.log(`seed ${seed}, ${count} inputs`);
const { findings, evaluated, slowest } = fuzz(seed, count);
for (const { index, input, problem } of findings.slice(0, 20))
  console.log(`\n#${index} ${input.kind}: ${JSON.stringify(input.text.slice(0, 2000))}\n${problem.slice(0, 1500)}`);
console.log(`${findings.length} findings; ${evaluated} had a value; the slowest took ${Math.round(slowest)} ms`);
process.exitCode = findings.length === 0 ? 0 : 1;
