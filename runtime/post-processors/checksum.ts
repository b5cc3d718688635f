// Checksums of the artifact's files, one file of them for each type, a line for each file.

import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { checksumOptions } from "../../schemas/components/checksum.gen.js";
import type { Checksum } from "../../schemas/options.gen.js";
import { definePostProcessor, type GeneratedData } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { replaceFile } from "../system/replace-file.js";
import { filesArtifact, localPath as local } from "./files-artifact.js";

const TYPES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

export const component = definePostProcessor<Checksum>({
  type: "checksum",
  summary: "Writes checksums of the artifact's files",
  schema: checksumOptions,
  check({ value, rangeOf }, _context, report) {
    (value.checksum_types ?? []).forEach((type, i) => {
      if (TYPES.includes(type)) return;
      const problem = optionProblem(`Unrecognized checksum type: ${type}`, `There are: ${TYPES.join(", ")}.`);
      report.report(at(problem, rangeOf(`/checksum_types/${i}`)));
    });
  },
  async process({ checksum_types = [], output = "" }, { templates, buildName, builderType, cwd }, input, run) {
    const data = (input.state["generated_data"] ?? {}) as GeneratedData;
    const lines = new Map<string, string[]>();
    for (const type of checksum_types) {
      const names = { ...data, BuildName: buildName, BuilderType: builderType, ChecksumType: type };
      const file = templates.render(output, names);
      const own = lines.get(file) ?? [];
      for (const path of input.files)
        own.push(`${await digest(type, local(path, cwd), run.signal)}\t${basename(path)}\n`);
      if (own.length > 0) lines.set(file, own);
    }
    const inputs = input.files.map((path) => local(path, cwd));
    for (const file of lines.keys())
      if (inputs.includes(local(file, cwd)))
        throw new RunError(`The checksums would replace what they are of: ${file} is a file of the artifact`);
    for (const [file, text] of lines) {
      mkdirSync(dirname(local(file, cwd)), { recursive: true, mode: 0o755 });
      // Packer appends, and repeats itself when a build is run again; a file of checksums is written anew here.
      await replaceFile(local(file, cwd), text.join(""), 0o644);
    }
    const files = [...new Set([...input.files, ...lines.keys()])];
    return { artifact: filesArtifact("packer.post-processor.checksum", files, input, cwd), keepInput: "required" };
  },
});

async function digest(type: string, path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash(type);
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}
