import { join } from "node:path";
import type { Artifact } from "../contract/artifact.js";
import { removingFiles } from "../contract/file-undo.js";

/** An artifact that consists of `files`, relative to `cwd`; what `input` published stays with it. When it is replaced, its files go. */
export const filesArtifact = (
  builderId: string,
  files: readonly string[],
  { state }: Artifact,
  cwd: string,
): Artifact => ({
  builderId,
  id: "",
  files,
  text: `Created artifact from files: ${files.join(", ")}`,
  state,
  destroy: removingFiles(files.map((file) => localPath(file, cwd))),
});

/** An option's path, absolute. */
export const localPath = (path: string, cwd: string): string => (path.startsWith("/") ? path : join(cwd, path));
