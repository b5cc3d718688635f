// Chains of post-processors over the builder's artifact. What the builder made is never lost because one of them failed.

import type { Artifact } from "../contract/artifact.js";
import type { GeneratedData } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import { FILE_UNDO, filesOfUndo, removingFiles } from "../contract/file-undo.js";
import type { RunContext } from "../contract/run-context.js";
import type { PlannedBuild, PlannedPostProcessor } from "../interpreter/plan-types.js";
import { announced } from "./announced.js";

export interface PostProcessed {
  readonly artifacts: readonly Artifact[];
  readonly error?: Error;
}

export async function postProcess(
  build: PlannedBuild,
  artifact: Artifact | undefined,
  run: RunContext,
): Promise<PostProcessed> {
  if (artifact === undefined) return { artifacts: [] };
  const made: Artifact[] = [];
  const replaced: Artifact[] = [];
  const errors: Error[] = [];
  let keepOriginal = build.chains.length === 0;
  for (const chain of build.chains) {
    const result = await runChain(chain, artifact, run);
    made.push(...result.artifacts);
    replaced.push(...result.replaced);
    keepOriginal ||= result.keptInput || result.error !== undefined;
    if (result.error !== undefined) errors.push(result.error);
  }
  const artifacts = keepOriginal ? [artifact, ...made] : made;
  if (!keepOriginal) replaced.unshift(artifact);
  // Only now: a later chain may have started from a file that an earlier one replaced.
  for (const each of replaced) await destroy(build, each, artifacts, run);
  return errors.length === 0 ? { artifacts } : { artifacts, error: combined(errors) };
}

interface ChainResult extends PostProcessed {
  /** Whether the builder's artifact stays. */
  readonly keptInput: boolean;
  /** What a later post-processor of the chain made something of, and did not keep. */
  readonly replaced: readonly Artifact[];
}

async function runChain(
  chain: readonly PlannedPostProcessor[],
  original: Artifact,
  run: RunContext,
): Promise<ChainResult> {
  const artifacts: Artifact[] = [];
  const replaced: Artifact[] = [];
  let current: Artifact = original;
  let keptInput = false;
  for (const [i, processor] of chain.entries()) {
    const step = await runOne(processor, current, run);
    // What the failed one started from stays, too.
    if (step instanceof Error)
      return { artifacts: withoutOriginal([...artifacts, current], original), replaced, keptInput, error: step };
    const keep = keeps(step.keepInput, processor.keepInputArtifact);
    if (i === 0) keptInput = keep;
    else (keep ? artifacts : replaced).push(current);
    if (step.artifact === undefined) return { artifacts, replaced, keptInput };
    current = step.artifact;
  }
  return { artifacts: [...artifacts, current], replaced, keptInput };
}

const withoutOriginal = (artifacts: readonly Artifact[], original: Artifact): readonly Artifact[] =>
  artifacts.filter((artifact) => artifact !== original);

const keeps = (wanted: "no" | "default" | "required", given: boolean | undefined): boolean =>
  wanted === "required" || (given ?? wanted === "default");

async function runOne(processor: PlannedPostProcessor, input: Artifact, run: RunContext) {
  const { type, name } = processor;
  const shown = name === type ? type : `${name} (type ${type})`;
  run.emit({ type: "say", text: `Running post-processor: ${shown}` });
  try {
    return await announced(`post-processor ${type}`, run, async () => {
      run.signal.throwIfAborted();
      const prepared = await processor.bind(dataOf(input), (secret) => run.hide(secret));
      return await prepared.process(input, run.with({ voice: type }));
    });
  } catch (thrown) {
    return new RunError(`Post-processor failed: ${errorFrom(thrown).message}`, { cause: thrown });
  }
}

function dataOf({ state }: Artifact): GeneratedData {
  const data = state["generated_data"];
  return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as GeneratedData) : {};
}

/** Never a file that something which stays consists of, too. */
async function destroy(
  build: PlannedBuild,
  { destroy: undo }: Artifact,
  staying: readonly Artifact[],
  run: RunContext,
): Promise<void> {
  if (undo === undefined) return;
  const files = filesOfUndo(undo);
  if (files === undefined) {
    if (!staying.some((artifact) => artifact.destroy === undo)) await build.component.undo[undo.op]?.(undo.args, run);
    return;
  }
  const needed = new Set(staying.flatMap((artifact) => ownedFiles(artifact)));
  const own = removingFiles(files.filter((file) => !needed.has(file)));
  await FILE_UNDO[own.op]?.(own.args, run);
}

const ownedFiles = ({ destroy: undo }: Artifact): readonly string[] =>
  (undo === undefined ? undefined : filesOfUndo(undo)) ?? [];

/** As Packer tells them, one alone, too. */
const combined = (errors: readonly Error[]): Error =>
  new RunError(`${errors.length} error(s) occurred:\n\n${errors.map(({ message }) => `* ${message}`).join("\n")}`);
