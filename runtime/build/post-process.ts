// Chains of post-processors over the builder's artifact. What the builder made is never lost because one of them failed.

import type { Artifact } from "../contract/artifact.js";
import type { GeneratedData } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import type { PlannedBuild, PlannedPostProcessor } from "../interpreter/plan-types.js";

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
  const errors: Error[] = [];
  let keepOriginal = build.chains.length === 0;
  for (const chain of build.chains) {
    const result = await runChain(chain, artifact, run);
    made.push(...result.artifacts);
    keepOriginal ||= result.keptInput || result.error !== undefined;
    if (result.error !== undefined) errors.push(result.error);
  }
  if (!keepOriginal) await destroy(build, artifact, run);
  const artifacts = keepOriginal ? [artifact, ...made] : made;
  return errors.length === 0 ? { artifacts } : { artifacts, error: combined(errors) };
}

interface ChainResult extends PostProcessed {
  /** Whether the builder's artifact stays. */
  readonly keptInput: boolean;
}

async function runChain(
  chain: readonly PlannedPostProcessor[],
  original: Artifact,
  run: RunContext,
): Promise<ChainResult> {
  const artifacts: Artifact[] = [];
  let current: Artifact = original;
  let keptInput = false;
  for (const [i, processor] of chain.entries()) {
    const step = await runOne(processor, current, run);
    if (step instanceof Error) return { artifacts, keptInput, error: step };
    const keep = keeps(step.keepInput, processor.keepInputArtifact);
    if (i === 0) keptInput = keep;
    else if (keep) artifacts.push(current);
    if (step.artifact === undefined) return { artifacts, keptInput };
    current = step.artifact;
  }
  return { artifacts: [...artifacts, current], keptInput };
}

const keeps = (wanted: "no" | "default" | "required", given: boolean | undefined): boolean =>
  wanted === "required" || (given ?? wanted === "default");

async function runOne(processor: PlannedPostProcessor, input: Artifact, run: RunContext) {
  const { type, name } = processor;
  const shown = name === type ? type : `${name} (type ${type})`;
  run.emit({ type: "say", text: `Running post-processor: ${shown}` });
  try {
    run.signal.throwIfAborted();
    const prepared = processor.bind(dataOf(input));
    return await prepared.process(input, run.with({ voice: type }));
  } catch (thrown) {
    return new RunError(`Post-processor failed: ${errorFrom(thrown).message}`, { cause: thrown });
  }
}

function dataOf({ state }: Artifact): GeneratedData {
  const data = state["generated_data"];
  return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as GeneratedData) : {};
}

async function destroy(build: PlannedBuild, { destroy: undo }: Artifact, run: RunContext): Promise<void> {
  if (undo !== undefined) await build.component.undo[undo.op]?.(undo.args, run);
}

function combined(errors: readonly Error[]): Error {
  const [first, ...more] = errors;
  if (first !== undefined && more.length === 0) return first;
  return new RunError(
    `${errors.length} error(s) occurred:\n\n${errors.map(({ message }) => `* ${message}`).join("\n")}`,
  );
}
