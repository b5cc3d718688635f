// Puts files of the user's choice in place of the artifact's own: what a provisioner made and downloaded, for instance.

import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { artificeOptions } from "../../schemas/components/artifice.gen.js";
import type { Artifice } from "../../schemas/options.gen.js";
import { definePostProcessor } from "../contract/component.js";
import { filesArtifact } from "./files-artifact.js";
import { matchingPaths } from "./matching-paths.js";

export const component = definePostProcessor<Artifice>({
  type: "artifice",
  summary: "Names the files that the artifact consists of from here on",
  schema: artificeOptions,
  check({ value, unknown }, _context, report) {
    if ((value.files ?? []).length > 0 || unknown.includes("/files")) return;
    report.report(at(optionProblem("No files specified in artifice configuration"), undefined));
  },
  process({ files = [] }, { cwd }, input, run) {
    if (input.files.length > 0)
      run.emit({ type: "say", text: `Discarding files from artifact: ${input.files.join(", ")}` });
    const chosen = files.flatMap((pattern) => matchingPaths(pattern, cwd));
    run.emit({ type: "say", text: `Using these artifact files: ${chosen.join(", ")}` });
    const artifact = filesArtifact("packer.post-processor.artifice", chosen, input, cwd);
    return Promise.resolve({ artifact, keepInput: "default" });
  },
});
