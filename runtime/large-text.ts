// Settings of V8 for commands that read much text and end: part of the launcher, which has to set them before anything is compiled.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Bytes: below, nothing is gained; above, a run takes so long that both settings would cost more than they save. */
const [LARGE, HUGE] = [32 * 1024, 1536 * 1024];

/** Node 20's. V8 promises nothing about settings that change while it runs: what is not tried keeps its own. */
const TRIED_WITH = "11.3.";

/**
 * Code is optimized later: most of it would be done with when its optimized form is there (a fifth of the processor's time for a
 * megabyte, a third for a thousand builds). And function by function, what is called hardly ever made part of the caller: what takes
 * 1 ms to optimize is of use while a megabyte is read, what takes 10 ms is not (a twelfth of the time). Nor is the heap searched for garbage beside the work: the process ends before that pays.
 * And the space for new objects does not grow, which keeps 30 MB from being touched.
 */
export const FOR_LARGE_TEXT: readonly string[] = [
  "--interrupt-budget=200000",
  "--max-inlined-bytecode-size=20",
  "--no-incremental-marking",
  "--semi-space-growth-factor=1",
];

/** Whether the templates that a command line names are large enough for that (files, and folders of them), and V8 is one that takes it. */
export function namesLargeText(words: readonly string[]): boolean {
  if (!process.versions.v8.startsWith(TRIED_WITH)) return false;
  let bytes = 0;
  for (const word of words) if (!word.startsWith("-")) bytes += sizeOf(word);
  return bytes >= LARGE && bytes <= HUGE;
}

/** 0 for what can't be read: the command will say so. */
function sizeOf(path: string): number {
  try {
    const status = statSync(path);
    if (!status.isDirectory()) return status.size;
    return templatesIn(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  } catch {
    return 0;
  }
}

const templatesIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".pkr.hcl") || name.endsWith(".pkr.json"));
