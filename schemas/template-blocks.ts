// What the template's own blocks hold, in the words that editors and generated documents show. Which names there are is
// lang/template/blocks.ts's to say; a test holds the two together.

import type { OptionSchemaJson } from "./dialect.js";

const text = (description: string): OptionSchemaJson => ({ type: "string", description });
const flag = (description: string): OptionSchemaJson => ({ type: "boolean", default: false, description });
const texts = (description: string): OptionSchemaJson => ({ type: "array", items: { type: "string" }, description });
const block = (
  description: string,
  properties: Readonly<Record<string, OptionSchemaJson>>,
): OptionSchemaJson & { readonly properties: Readonly<Record<string, OptionSchemaJson>> } => ({
  type: "object",
  description,
  properties,
});

/** A value of any type: a schema that says only what it is. */
const anything = (description: string): OptionSchemaJson => ({ description }) as OptionSchemaJson;

export const PACKER_BLOCK = block("What the template asks of the program that runs it.", {
  required_version: text('Versions of Packer that the template was written for: ">= 1.7.0, < 2.0.0".'),
});

export const REQUIRED_PLUGINS_BLOCK = block(
  "Plugins that the template uses: a name, and the source and version of each. What is built in satisfies them.",
  {},
);

export const VARIABLE_BLOCK = block("An input variable; expressions read it as var.NAME.", {
  type: text("What values it takes: string, number, bool, list(string), object({ … }), any …"),
  default: anything("Its value when nothing else gives one; without it, one must be given."),
  description: text("What it is for."),
  sensitive: flag("Never show its value in output."),
});

export const VALIDATION_BLOCK = block("A rule that the variable's value must keep.", {
  condition: { type: "boolean", description: "True when the value is good; it reads var.NAME." },
  error_message: text("A sentence for when it is not."),
});

export const LOCAL_BLOCK = block("A named value; expressions read it as local.NAME.", {
  expression: anything("The value."),
  sensitive: flag("Never show its value in output."),
});

export const BUILD_BLOCK = block("What is done with the machines of its sources.", {
  name: text("Stands in front of the sources' names."),
  description: text("What it makes."),
  sources: texts('Sources to build: "source.TYPE.NAME".'),
});

const ONLY = texts("Sources that it runs for; all, unless given.");
const EXCEPT = texts("Sources that it does not run for.");

export const PROVISIONER_META_OPTIONS = block("Every provisioner has these.", {
  name: text("Shown in messages."),
  only: ONLY,
  except: EXCEPT,
  pause_before: text('How long to wait first: "10s".'),
  timeout: text('How long it may take: "5m"; then it is cancelled.'),
  max_retries: { type: "integer", default: 0, description: "How often it is tried again when it fails." },
  continue_on_error: flag("Go on with the build when it fails."),
  override: {
    type: "object",
    additionalProperties: { type: "object" },
    description: "Options that differ for some sources: an object by source name.",
  },
});

export const POST_PROCESSOR_META_OPTIONS = block("Every post-processor has these.", {
  name: text("Shown in messages; -except can name it."),
  only: ONLY,
  except: EXCEPT,
  keep_input_artifact: flag("Keep what it was given beside what it made."),
});

/** The blocks of a template's top level and of a build, by type. */
export const BLOCK_DESCRIPTIONS: Readonly<Record<string, string>> = {
  packer: PACKER_BLOCK.description ?? "",
  required_plugins: REQUIRED_PLUGINS_BLOCK.description ?? "",
  variable: VARIABLE_BLOCK.description ?? "",
  variables: "Input variables by name, each with its default.",
  validation: VALIDATION_BLOCK.description ?? "",
  locals: "Named values; expressions read them as local.NAME.",
  local: LOCAL_BLOCK.description ?? "",
  data: "Something that is looked up before the builds run; expressions read it as data.TYPE.NAME.",
  source: "A builder with its options; builds name it as source.TYPE.NAME.",
  build: BUILD_BLOCK.description ?? "",
  provisioner: "A step that changes the machine.",
  "error-cleanup-provisioner": "A provisioner that runs when another has failed, before the machine goes.",
  "post-processor": "A step that works on what was built.",
  "post-processors": "A chain of post-processors, each with what the one before it made.",
  dynamic: "Makes a block of its label's type for each element of for_each.",
  communicator: "How a builder's machine is talked to.",
  hcp_packer_registry: "The HCP Packer registry: accepted, and not supported.",
};
