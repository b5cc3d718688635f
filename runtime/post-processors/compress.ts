// Packs the artifact's files: a zip, a tar, a tar.gz, or one file's .gz, as the ending says.

import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { compressOptions } from "../../schemas/index.js";
import type { Compress } from "../../schemas/options.gen.js";
import { definePostProcessor, type GeneratedData } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { type Packed, type Target, writeGzip, writeTar, writeZip } from "./archive.js";
import { filesArtifact, localPath as local } from "./files-artifact.js";

const UNDONE = ["lz4", "bgzf", "xz", "bzip2"];

export const component = definePostProcessor<Compress>({
  type: "compress",
  summary: "Packs the artifact's files into an archive",
  schema: compressOptions,
  check({ value, rangeOf }, _context, report) {
    const { last } = endings(value);
    if (!UNDONE.includes(last)) return;
    const problem = optionProblem(`compress: ${last} is not supported by pkrts`, "There are: zip, tar, tar.gz and gz.");
    report.report(at(problem, rangeOf("/output")));
  },
  async process(options, { templates, buildName, builderType, cwd }, input, run) {
    const data = (input.state["generated_data"] ?? {}) as GeneratedData;
    const output = templates.render(options.output ?? "", { ...data, BuildName: buildName, BuilderType: builderType });
    const files = input.files.map((name) => ({ name, path: local(name, cwd) }));
    const path = local(output, cwd);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const part = `${path}.part`;
    try {
      await pack(files, options, { path: part, level: levelOf(options), signal: run.signal });
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

/** The last two endings, of the text before its templates are rendered; Packer looks there too. */
function endings({ output = "", format = "" }: Compress): { readonly last: string; readonly before: string } {
  const name = format === "" ? output : `${output}.${format}`;
  const found = [...name.matchAll(/\.([a-z0-9]+)/g)].map(([, ending = ""]) => ending);
  return { last: found.at(-1) ?? "", before: found.at(-2) ?? "" };
}

const levelOf = ({ compression_level: level = 0 }: Compress): number | undefined =>
  level < 1 ? undefined : Math.min(level, 9);

async function pack(files: readonly Packed[], options: Compress, target: Target): Promise<void> {
  const { last, before } = endings(options);
  if (last === "zip") return writeZip(files, target);
  if (last !== "gz" || before === "tar") return writeTar(files, target, last !== "tar");
  const [only, ...more] = files;
  if (only !== undefined && more.length === 0) return writeGzip(only, target);
  const names = files.map(({ name }) => name).join(" ");
  throw new RunError(`Can only have 1 input file when not using tar/zip. Found ${files.length} files: [${names}]`);
}
