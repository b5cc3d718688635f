import type { Artifact } from "../contract/artifact.js";

/** An artifact that consists of `files`; what `input` published stays with it. */
export const filesArtifact = (builderId: string, files: readonly string[], { state }: Artifact): Artifact => ({
  builderId,
  id: "",
  files,
  text: `Created artifact from files: ${files.join(", ")}`,
  state,
});
