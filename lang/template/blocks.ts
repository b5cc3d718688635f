// Which blocks a template has, and what each admits: data for body-content.ts.

import type { BodyShape } from "./body-content.js";

const shape = (attributes: readonly string[], blocks: Readonly<Record<string, readonly string[]>> = {}): BodyShape => ({
  attributes,
  blocks: new Map(Object.entries(blocks)),
});

export const ROOT = shape([], {
  packer: [],
  source: ["type", "name"],
  variables: [],
  variable: ["name"],
  locals: [],
  local: ["name"],
  data: ["type", "name"],
  build: [],
  hcp_packer_registry: [],
  communicator: ["type", "name"],
});

export const PACKER = shape(["required_version"], { required_plugins: [] });
export const VARIABLE = shape(["type", "default", "description", "sensitive"], { validation: [] });
export const VALIDATION = shape(["condition", "error_message"]);
export const LOCAL = shape(["expression", "sensitive"]);

export const BUILD = shape(["name", "description", "sources"], {
  source: ["reference"],
  provisioner: ["type"],
  "error-cleanup-provisioner": ["type"],
  "post-processor": ["type"],
  "post-processors": [],
  hcp_packer_registry: [],
  from: ["type"],
});
export const POST_PROCESSORS = shape([], { "post-processor": ["type"] });

/** Arguments that the template layer reads, and components never see. */
export const PROVISIONER_META = [
  "name",
  "only",
  "except",
  "pause_before",
  "timeout",
  "max_retries",
  "continue_on_error",
  "override",
];
export const POST_PROCESSOR_META = ["name", "only", "except", "keep_input_artifact"];

export const isIdentifier = (text: string): boolean => /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(text);
