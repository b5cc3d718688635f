// Packs the artifact's files: a zip, a tar (compressed or not), or one file by itself, as the ending says.

import { randomInt } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { compressOptions } from "../../schemas/components/compress.gen.js";
import type { Compress } from "../../schemas/options.gen.js";
import { definePostProcessor, type GeneratedData } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { type Packed, type Target, writeSingle, writeTar, writeZip } from "./archive.js";
import { type Algorithm, algorithmOf, coresOf, missingProgram } from "./compression.js";
import { filesArtifact, localPath as local } from "./files-artifact.js";

export const component = definePostProcessor<Compress>({
  type: "compress",
  summary: "Packs the artifact's files into an archive",
  schema: compressOptions,
  check({ value, rangeOf }, { purpose, env }, report) {
    if ((value.compression_level ?? 0) < -1) {
      const text = "compression_level is a number from -1 (the default) to 9";
      report.report(at(purpose === "build" ? optionProblem(text) : optionDoubt(text), rangeOf("/compression_level")));
    }
    const { algorithm } = formOf(value);
    const program = algorithm === undefined ? undefined : missingProgram(algorithm, env);
    // Whoever checks a template may do so on another machine.
    if (program === undefined || purpose === "validate") return;
    const problem = optionProblem(`compress needs the program ${program}, which is not on PATH`, "Install it.");
    report.report(at(problem, rangeOf("/output")));
  },
  async process(options, { templates, buildName, builderType, cwd }, input, run) {
    const data = (input.state["generated_data"] ?? {}) as GeneratedData;
    const output = templates.render(options.output ?? "", { ...data, BuildName: buildName, BuilderType: builderType });
    const files = input.files.map((name) => ({ name, path: local(name, cwd) }));
    const path = local(output, cwd);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // Another build may be writing an archive of the same name: the last one that is whole stays.
    const part = `${path}.${randomInt(1e12)}`;
    try {
      await pack(files, options, { path: part, level: levelOf(options), signal: run.signal }, output, run);
      renameSync(part, path);
    } finally {
      rmSync(part, { force: true });
    }
    run.emit({ type: "say", text: `Archive ${output} completed` });
    const text = `compressed artifacts in: ${output}`;
    const artifact = { ...filesArtifact("packer.post-processor.compress", [output], input, cwd), text };
    return { artifact, keepInput: "no" };
  },
});

interface Form {
  readonly archive: "zip" | "tar" | undefined;
  readonly algorithm: Algorithm | undefined;
}

/** Of the last two endings, before the name's templates are rendered; Packer looks there too (cli-runtime §6.3). */
function formOf({ output = "", format = "" }: Compress): Form {
  const name = format === "" ? output : `${output}.${format}`;
  const endings = [...name.matchAll(/\.([a-z0-9]+)/g)].map(([, ending = ""]) => ending);
  const [last = "", before] = endings.reverse();
  if (last === "zip" || last === "tar") return { archive: last, algorithm: undefined };
  const algorithm = algorithmOf(last);
  if (algorithm === undefined) return { archive: "tar", algorithm: "pgzip" };
  return { archive: before === "tar" ? "tar" : undefined, algorithm };
}

const levelOf = ({ compression_level: level = 0 }: Compress): number | undefined =>
  level < 1 ? undefined : Math.min(level, 9);

async function pack(
  files: readonly Packed[],
  options: Compress,
  target: Target,
  output: string,
  { emit }: RunContext,
): Promise<void> {
  const { archive, algorithm } = formOf(options);
  const say = (text: string): void => emit({ type: "say", text });
  if (algorithm !== undefined)
    say(`Using ${algorithm} compression with ${coresOf(algorithm, availableParallelism())} for ${output}`);
  if (archive === "zip") {
    say(`Zipping ${output}`);
    return writeZip(files, target);
  }
  if (archive === "tar") {
    say(`Tarring ${output} with ${algorithm ?? "no compression"}`);
    return writeTar(files, target, algorithm);
  }
  const [only, ...more] = files;
  if (only === undefined || more.length > 0 || algorithm === undefined) {
    const names = files.map(({ name }) => name).join(" ");
    throw new RunError(`Can only have 1 input file when not using tar/zip. Found ${files.length} files: [${names}]`);
  }
  say(`Archiving ${only.name} with ${algorithm}`);
  return writeSingle(only, target, algorithm);
}
