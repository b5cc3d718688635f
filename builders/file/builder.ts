import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { noCommunicator } from "../../runtime/communicators/none.js";
import { defineBuilder } from "../../runtime/contract/component.js";
import { FILE_UNDO, removingFiles } from "../../runtime/contract/file-undo.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import { fileOptions } from "../../schemas/components/file.gen.js";
import type { File } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";

/** Writes one file. */
export const component = defineBuilder<File>({
  type: "file",
  summary: "Writes one file",
  schema: fileOptions,
  exports: new Map(),
  undo: FILE_UNDO,
  check,
  stepless: true,
  communicator: () => "none",
  async build(options, { cwd }, run, provision) {
    const target = options.target ?? "";
    const path = target.startsWith("/") ? target : join(cwd, target);
    await run.step("write file", () => {
      write(path, options, cwd, run);
      return Promise.resolve();
    });
    await run.step("provision", () => provision(noCommunicator, {}));
    return {
      builderId: "packer.file",
      id: "File",
      files: [target],
      text: `Stored file: ${target}`,
      state: {},
      destroy: removingFiles([path]),
    };
  },
});

function check({ value, unknown }: Options<File>, _context: unknown, report: Reporter): void {
  // An empty text is as good as none.
  const { target = "", content = "", source = "" } = value;
  const waits = (name: string): boolean => unknown.includes(`/${name}`);
  if (target === "" && !waits("target")) report.report(at(optionProblem("target required"), undefined));
  if (content !== "" && source !== "")
    report.report(at(optionProblem("Cannot specify source file AND content"), undefined));
  if (content === "" && source === "" && !waits("content") && !waits("source")) {
    report.report(at(optionDoubt("Both source file and contents are blank; target will have no content"), undefined));
  }
}

/** Modes are Packer's (cli-runtime §6.7): 0600 for content, 0644 for a copy, whatever its source has. */
function write(path: string, { target, content, source = "" }: File, cwd: string, run: RunContext): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  if (source === "") return writeFileSync(path, content ?? "", { mode: 0o600 });
  run.emit({ type: "say", text: `Copying ${source} to ${target ?? ""}` });
  const from = source.startsWith("/") ? source : join(cwd, source);
  const isNew = !existsSync(path);
  copyFileSync(from, path);
  if (isNew) chmodSync(path, 0o644 & ~process.umask());
  run.emit({ type: "say", text: `Copied ${statSync(path).size} bytes` });
}
