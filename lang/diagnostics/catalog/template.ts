// Mistakes in the structure of a template: HCL's and Packer's summaries.

import { errorEntry, warningEntry } from "../diagnostic.js";
import { someOf, suggestion } from "../did-you-mean.js";

// ─── arguments and blocks ────────────────────────────────────────────────────

export const unsupportedArgument = errorEntry(
  "unsupported-argument",
  "Unsupported argument",
  (name: string, hint: string) => `An argument named ${JSON.stringify(name)} is not expected here.${hint}`,
);
export const unsupportedBlock = errorEntry(
  "unsupported-block",
  "Unsupported block type",
  (name: string, hint: string) => `Blocks of type ${JSON.stringify(name)} are not expected here.${hint}`,
);
export const extraneousProperty = errorEntry(
  "extraneous-property",
  "Extraneous JSON object property",
  (name: string, hint: string) => `No argument or block type is named ${JSON.stringify(name)}.${hint}`,
);
export const wrongJsonType = errorEntry(
  "wrong-json-type",
  "Incorrect JSON value type",
  (wanted: string) => `Either a JSON object or a JSON array is required here, representing the contents of ${wanted}.`,
);
export const noJsonObject = errorEntry(
  "wrong-json-type",
  "Incorrect JSON value type",
  () => "A JSON object is required here, with the arguments.",
);
export const missingArgument = errorEntry(
  "missing-argument",
  "Missing required argument",
  (name: string) => `The argument ${JSON.stringify(name)} is required, but no definition was found.`,
);
const labelMissing = errorEntry(
  "missing-label",
  "Missing label",
  (block: string, labels: readonly string[]) =>
    `All ${block} blocks must have ${labels.length} labels (${labels.join(", ")}).`,
);
/** Of a block in JSON, whose labels are names of properties. */
export const missingJsonLabel = errorEntry(
  "missing-label",
  "Missing block label",
  (block: string, label: string) =>
    `The ${label} of a ${block} block is the name of a property, of which at least one is needed here.`,
);
export const missingLabel = (
  block: string,
  label: string,
  labels: readonly string[],
): ReturnType<typeof labelMissing> => ({
  ...labelMissing(block, labels),
  summary: `Missing ${label} for ${block}`,
});
const labelExtra = errorEntry("extraneous-label", "Extraneous label", (block: string, labels: readonly string[]) =>
  labels.length === 0
    ? `No labels are expected for ${block} blocks.`
    : `Only ${labels.length} labels (${labels.join(", ")}) are expected for ${block} blocks.`,
);
export const extraneousLabel = (block: string, labels: readonly string[]): ReturnType<typeof labelExtra> => ({
  ...labelExtra(block, labels),
  summary: `Extraneous label for ${block}`,
});
const blockTwice = errorEntry(
  "duplicate-block",
  "Duplicate block",
  (block: string, line: number) => `Only one ${block} block is allowed. Another was defined on line ${line}.`,
);
export const duplicateBlock = (block: string, line: number): ReturnType<typeof blockTwice> => ({
  ...blockTwice(block, line),
  summary: `Duplicate ${block} block`,
});
export const duplicateArgument = errorEntry(
  "duplicate-argument",
  "Duplicate argument",
  (name: string, where: string) => `Argument ${JSON.stringify(name)} was already set at ${where}.`,
);
/** Of a body that admits any argument, in JSON. */
export const duplicateAttribute = errorEntry(
  "duplicate-argument",
  "Duplicate attribute definition",
  (name: string, where: string) => `Argument ${JSON.stringify(name)} was already set at ${where}.`,
);
export const incorrectType = errorEntry(
  "incorrect-type",
  "Incorrect attribute value type",
  (name: string, why: string) => `Inappropriate value for attribute ${JSON.stringify(name)}: ${why}.`,
);

/** Of arguments that the template layer reads itself, which no schema describes. */
export const unsuitableType = errorEntry(
  "incorrect-type",
  "Unsuitable value type",
  (why: string) => `Unsuitable value: ${why}`,
);

// ─── dynamic blocks ──────────────────────────────────────────────────────────

export const missingContent = errorEntry(
  "missing-dynamic-content",
  "Missing dynamic content block",
  () => 'A "dynamic" block holds one nested "content" block: the body of the blocks that it makes.',
);
export const extraneousContent = errorEntry(
  "extraneous-dynamic-content",
  "Extraneous dynamic content block",
  () => 'A "dynamic" block holds one "content" block only.',
);
export const invalidForEach = errorEntry("invalid-for-each", "Invalid dynamic for_each value", (why: string) => why);
export const invalidIterator = errorEntry(
  "invalid-iterator",
  "Invalid dynamic iterator name",
  () => "The iterator of a dynamic block is a single word.",
);
/** What must be written out, because it is read and not evaluated. */
export const invalidStaticExpression = errorEntry("invalid-expression", "Invalid expression", (why: string) => why);
export const extraneousDynamicLabel = errorEntry(
  "extraneous-label",
  "Extraneous dynamic block label",
  (type: string, names: readonly string[]) => `Blocks of type ${JSON.stringify(type)} have ${labelCount(names)}.`,
);
export const insufficientDynamicLabels = errorEntry(
  "missing-label",
  "Insufficient dynamic block labels",
  (type: string, names: readonly string[]) => `Blocks of type ${JSON.stringify(type)} have ${labelCount(names)}.`,
);
const labelCount = ({ length }: readonly string[]): string => (length === 1 ? "one label" : `${length} labels`);
export const invalidDynamicLabel = errorEntry(
  "invalid-dynamic-label",
  "Invalid dynamic block label",
  (why: string) => why,
);

// ─── variables and locals ────────────────────────────────────────────────────

export const invalidVariableName = errorEntry(
  "invalid-variable-name",
  "Invalid variable name",
  () => "A name begins with a letter or an underscore, and goes on with letters, digits, underscores and dashes.",
);
export const duplicateVariable = errorEntry(
  "duplicate-variable",
  "Duplicate variable",
  (name: string, where: string) => `Duplicate ${name} variable definition found. The first one is at ${where}.`,
);
export const invalidDefaultValue = errorEntry(
  "invalid-default",
  "Invalid default value for variable",
  (why: string) => `This default value is not compatible with the variable's type constraint: ${why}.`,
);
export const unsetVariable = errorEntry(
  "unset-variable",
  "Unset variable",
  (name: string) =>
    `A used variable must be set or have a default value: give it with -var ${name}=…, in a -var-file or an *.auto.pkrvars.hcl file, or as PKR_VAR_${name} in the environment.`,
);
export const unset = (name: string): ReturnType<typeof unsetVariable> => ({
  ...unsetVariable(name),
  summary: `Unset variable ${JSON.stringify(name)}`,
});
export const undefinedFlagVariable = errorEntry(
  "undefined-flag-variable",
  "Undefined -var variable",
  (name: string, hint: string) =>
    `A ${JSON.stringify(name)} variable was passed in the command line but was not found in known variables.${hint} To declare it, place this block in one of your .pkr.hcl files:\n\nvariable ${JSON.stringify(name)} {}`,
);
export const undefinedFileVariable = warningEntry(
  "undefined-file-variable",
  "Undefined variable",
  (name: string, hint: string) =>
    `The variable ${JSON.stringify(name)} was set but was not declared as an input variable.${hint} To declare it, place this block in one of your .pkr.hcl files:\n\nvariable ${JSON.stringify(name)} {\n  type    = string\n  default = null\n}`,
);
export const declarationInVarFile = errorEntry(
  "declaration-in-var-file",
  "Variable declaration in a .pkrvar file",
  (name: string) =>
    `A .pkrvars file assigns values to variables that are declared in a template: write ${name} = … here, and the variable block in a .pkr.hcl file.`,
);
export const blockInVarFile = errorEntry(
  "block-in-var-file",
  "Unexpected block",
  (name: string) => `Blocks are not allowed here; a variable is set with ${name} = ….`,
);
export const unexpectedBlock = (name: string): ReturnType<typeof blockInVarFile> => ({
  ...blockInVarFile(name),
  summary: `Unexpected ${JSON.stringify(name)} block`,
});
export const unknownVarFileFormat = errorEntry(
  "var-file-format",
  "Could not guess format of var file",
  () => "A variable file ends with .hcl or .json.",
);
export const varFileFormat = (file: string): ReturnType<typeof unknownVarFileFormat> => ({
  ...unknownVarFileFormat(),
  summary: `Could not guess format of ${file}`,
});
export const invalidVariableValue = errorEntry(
  "invalid-variable-value",
  "Invalid value for variable",
  (name: string, origin: string, why: string) =>
    `The value for ${name} (${origin}) is not compatible with the variable's type constraint: ${why}.`,
);
export const invalidFlagValue = errorEntry(
  "invalid-flag-value",
  "Invalid argument value for -var variable",
  (name: string, why: string) =>
    `The received arg value for ${name} is not compatible with the variable's type constraint: ${why}.`,
);
export const validationReference = errorEntry(
  "validation-reference",
  "Invalid reference in variable validation",
  (name: string) =>
    `The condition for variable ${JSON.stringify(name)} can only refer to the variable itself, as var.${name}.`,
);
export const validationNoReference = errorEntry(
  "validation-no-reference",
  "Invalid variable validation condition",
  (name: string) =>
    `The condition for variable ${JSON.stringify(name)} must refer to var.${name} in order to test incoming values.`,
);
export const validationMessage = errorEntry(
  "validation-message",
  "Invalid validation error message",
  (why: string) => why,
);
export const validationResult = errorEntry(
  "validation-result",
  "Invalid variable validation result",
  (why: string) => why,
);
const validationFailed = errorEntry(
  "validation-failed",
  "Invalid value",
  (message: string, where: string) => `${message}\n\nThis was checked by the validation rule at ${where}.`,
);
export const invalidValueFor = (
  origin: string,
  message: string,
  where: string,
): ReturnType<typeof validationFailed> => ({
  ...validationFailed(message, where),
  summary: `Invalid value for ${origin} variable`,
});
export const invalidLocalName = errorEntry(
  "invalid-local-name",
  "Invalid local name",
  () => "A name begins with a letter or an underscore, and goes on with letters, digits, underscores and dashes.",
);
export const duplicateLocal = errorEntry(
  "duplicate-local",
  "Duplicate local definition",
  (name: string, where: string) =>
    `Local variable ${JSON.stringify(name)} is defined twice. The first definition is at ${where}.`,
);
export const dependencyCycle = errorEntry(
  "dependency-cycle",
  "failed to prepare execution graph",
  (path: string) =>
    `Unsupported attribute reference: these depend on one another, so that none of them can be evaluated first: ${path}.`,
);
export const missingDependency = errorEntry(
  "missing-dependency",
  "failed to prepare execution graph",
  (from: string, name: string, hint: string) =>
    `Unsupported attribute reference: ${from} refers to ${name}, which is not defined.${hint}`,
);

// ─── packer, sources, builds ─────────────────────────────────────────────────

export const invalidVersionConstraint = errorEntry(
  "version-constraint",
  "Invalid version constraint",
  (why: string) => why,
);
export const unsupportedCoreVersion = errorEntry(
  "core-version",
  "Unsupported Packer Core version",
  (constraint: string, version: string) =>
    `This template asks for Packer ${constraint}; pkrts runs templates as Packer ${version} does. Change the constraint when the template works with that version.`,
);
export const invalidPluginName = errorEntry("plugin-name", "Invalid plugin local name", (why: string) => why);
export const duplicatePlugin = errorEntry(
  "duplicate-plugin",
  "Duplicate required_plugin",
  (name: string, where: string) =>
    `Duplicate required_plugin.(${JSON.stringify(name)}) block. The first one is at ${where}.`,
);
export const invalidPluginRequirement = errorEntry(
  "plugin-requirement",
  "Invalid plugin requirement",
  (name: string) => `A requirement is an object: ${name} = { version = "…", source = "…" }.`,
);
export const noPluginVersion = errorEntry(
  "plugin-version",
  "No version constraint was set",
  (name: string) => `The requirement ${name} needs a version, such as version = "~> 1".`,
);
export const noPluginSource = errorEntry(
  "plugin-source",
  "No source was set",
  (name: string) => `The requirement ${name} needs a source, such as source = "github.com/hashicorp/amazon".`,
);
export const pluginSourceNoText = errorEntry(
  "plugin-source-no-text",
  "Invalid source",
  () => 'A source is a string such as "github.com/hashicorp/amazon".',
);
export const invalidPluginSource = errorEntry("invalid-plugin-source", "Failed to parse source", (why: string) => why);
export const invalidPluginObject = errorEntry(
  "plugin-object",
  "Invalid required_plugins object",
  () => "Only version and source can be set.",
);
export const missingPlugins = errorEntry(
  "missing-plugins",
  "Missing plugins",
  (list: string) =>
    `The following plugins are required, but are not built into pkrts:\n\n${list}\n\npkrts installs no plugins.`,
);
export const pluginsNeedHcl = errorEntry(
  "plugins-need-hcl",
  "No plugins in JSON templates",
  () => "Only HCL2 templates require plugins. hcl2_upgrade writes the HCL2 template that a JSON template stands for.",
);
export const duplicateData = errorEntry(
  "duplicate-data",
  "Duplicate data block",
  (name: string, where: string) => `The data source ${name} was already defined at ${where}.`,
);
export const duplicateSource = errorEntry(
  "duplicate-source",
  "Duplicate source block",
  (name: string, where: string) => `The source ${name} was already defined at ${where}.`,
);
export const invalidSourceReference = errorEntry(
  "source-reference",
  "Invalid source reference",
  (text: string) => `${JSON.stringify(text)} names no source: a reference is written as "source.TYPE.NAME".`,
);
export const missingSourceReference = errorEntry(
  "missing-source-reference",
  "missing source reference",
  () => 'A build needs a source: sources = ["source.TYPE.NAME"], or a nested source block.',
);
export const missingBuild = errorEntry(
  "missing-build",
  "Missing build block",
  () => "A build block with one or more sources is required to run a build.",
);
export const oneErrorCleanup = errorEntry(
  "one-error-cleanup",
  "Only one error-cleanup-provisioner is allowed",
  () => "A build has one error-cleanup-provisioner.",
);
export const onlyAndExcept = errorEntry(
  "only-and-except",
  "only one of 'only' or 'except' may be specified",
  () => "Either the builds that are meant, or those that are not.",
);
export const uselessFilter = warningEntry(
  "useless-filter",
  "Filter without effect",
  (filter: "only" | "except", name: string, builds: readonly string[]) =>
    `No build of this block is named ${JSON.stringify(name)}, so that ${filter} has no effect with it. A build is named by its source, without the name of the build block and without globs: ${someOf(builds)}.${suggestion(name, builds)}`,
);
export const invalidOverride = errorEntry(
  "invalid-override",
  "provisioner's override block must be an HCL object",
  () => "override holds an object for each source it is for: override = { NAME = { … } }.",
);
const durationProblem = errorEntry(
  "invalid-duration",
  "Failed to parse duration",
  (why: string) => `${why}. A duration is written as 10s, 1h30m or 300ms.`,
);
export const invalidDuration = (name: string, why: string): ReturnType<typeof durationProblem> => ({
  ...durationProblem(why),
  summary: `Failed to parse ${name} duration`,
});
export const hcpNotSupported = warningEntry(
  "hcp-not-supported",
  "HCP Packer is not supported",
  () => "The hcp_packer_registry block is read and then passed over: pkrts does not talk to the HCP Packer registry.",
);
const REGISTRY = "hcp_packer_registry";
export const oneRegistry = errorEntry(
  "one-hcp-registry",
  `Only one ${REGISTRY} is allowed`,
  () => "A template has one, and a build has one.",
);
export const hcpDescriptionTooLong = errorEntry(
  "hcp-description",
  `${REGISTRY}.description should have a maximum length of 255 characters`,
  () => "",
);
export const hcpBucketName = errorEntry(
  "hcp-bucket-name",
  `${REGISTRY}.bucket_name can only contain between 3 and 36 ASCII letters, numbers and hyphens`,
  () => "",
);
export const hcpBothLabels = errorEntry(
  "hcp-labels",
  `${REGISTRY}.labels and ${REGISTRY}.bucket_labels are mutually exclusive`,
  () => "bucket_labels is the newer name: use it alone.",
);
const unknownSourceEntry = errorEntry("unknown-source", "Unknown source", (hint: string) => hint);
export const unknownSource = (name: string, hint: string): ReturnType<typeof unknownSourceEntry> => ({
  ...unknownSourceEntry(hint),
  summary: `Unknown source ${name}`,
});
const unknownTypeEntry = errorEntry("unknown-component", "Unknown type", (hint: string) => hint);
export const unknownComponent = (kind: string, type: string, hint: string): ReturnType<typeof unknownTypeEntry> => ({
  ...unknownTypeEntry(hint),
  summary: kind === "source" ? `Unknown source type ${type}` : `Unknown ${kind} type ${JSON.stringify(type)}`,
});

// ─── files ───────────────────────────────────────────────────────────────────

const cannotRead = errorEntry("unreadable", "Failed to read file", (why: string) => why);
export const failedToRead = (file: string, why: string): ReturnType<typeof cannotRead> => ({
  ...cannotRead(`${file}: ${why}`),
});
/** HCL's reader of JSON words it so. */
export const failedToOpen = (file: string, why: string): ReturnType<typeof cannotRead> => ({
  ...failedToRead(file, why),
  summary: "Failed to open file",
});
export const fileTooLarge = errorEntry(
  "file-too-large",
  "File too large",
  (path: string, most: number) =>
    `${path} has more than ${most / 1024 / 1024} MiB, the most that a template or variable file may have. Read large texts with file().`,
);
const nothingThere = errorEntry(
  "no-config",
  "Could not find any config file",
  () => "A config file must be suffixed with .pkr.hcl or .pkr.json. A folder can be referenced.",
);
export const noConfigFile = (path: string): ReturnType<typeof nothingThere> => ({
  ...nothingThere(),
  summary: `Could not find any config file in ${path}`,
});
const PATH_HINT = "Give a folder of .pkr.hcl files, one such file, or a JSON template.";
const noSuchPath = errorEntry("no-such-path", "No such file or directory", (why: string) => why);
/** A path that must be a legacy JSON template. */
export const pathNotFound = (path: string, why: string): ReturnType<typeof noSuchPath> => ({
  ...noSuchPath(PATH_HINT),
  summary: `${JSON.stringify(path)}: ${why}`,
});
/** A path whose suffix says HCL2. Packer's spelling. */
export const configNotFound = (path: string, why: string): ReturnType<typeof noSuchPath> => ({
  ...noSuchPath(`${why}. ${PATH_HINT}`),
  summary: `Cannot tell wether ${path} is a directory`,
});
