import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PublicDiagnostic } from "../../lang/diagnostics/render-json.js";
import { type TemplateOptions, validate } from "../../runtime/library.js";

/** File names and what the files hold. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder of its own with these files in it, for as long as `use` takes. */
export async function withFiles<T>(files: Files, use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-template-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `validate` says of the folder, or of the only file when it is a legacy template. */
export function diagnosticsOf(files: Files, options: TemplateOptions = {}): Promise<readonly PublicDiagnostic[]> {
  const names = Object.keys(files);
  const legacy = names.find((name) => name === "template.json");
  return withFiles(
    files,
    async (folder) => (await validate(legacy === undefined ? folder : join(folder, legacy), options)).diagnostics,
  );
}

/** `Summary; detail` of every error, one a line. */
export async function errorsOf(files: Files, options: TemplateOptions = {}): Promise<string> {
  const found = await diagnosticsOf(files, options);
  return found
    .filter(({ severity }) => severity === "error")
    .map(textOf)
    .join("\n");
}

const textOf = ({ summary, detail }: PublicDiagnostic): string => (detail === "" ? summary : `${summary}; ${detail}`);

/** A template that runs one build of the null builder, with further blocks in `build`. */
export const nullBuild = (blocks: string): string => `
source "null" "n" {
  communicator = "none"
}
build {
  sources = ["null.n"]
${blocks}
}
`;

/** The same as a legacy template. */
export const legacyNullBuild = (parts: object): string =>
  JSON.stringify({ builders: [{ type: "null", communicator: "none" }], ...parts }, null, 2);
