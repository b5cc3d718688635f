// Rules between options. The texts are Packer's where scripts may look for them.

import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { PrepareContext } from "../../runtime/contract/component.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import { checkKeys, type Refuse } from "../amazon/check-access.js";
import { checkDoubts } from "./check-doubts.js";
import { checkEncryption } from "./check-encryption.js";
import { checkImage } from "./check-image.js";

const NAME_LENGTH = "ami_name must be between 3 and 128 characters long";
const NAME_CHARACTERS =
  "AMIName should only contain alphanumeric characters, parentheses (()), square brackets ([]), spaces ( ), periods (.), slashes (/), dashes (-), single quotes ('), at-signs (@), or underscores(_). You can use the `clean_resource_name` template filter to automatically clean your ami name.";

export function checkOptions(
  options: Options<AmazonChroot>,
  { purpose, force }: PrepareContext,
  report: Reporter,
): void {
  const { value, rangeOf } = options;
  const refuse = (text: string, name = "", detail = ""): void =>
    report.report(at(optionProblem(text, detail), name === "" ? undefined : rangeOf(`/${name}`)));
  const placeOf = (name: string) => (options.given(`/${name.split("/")[0]}`) ? rangeOf(`/${name}`) : undefined);
  const remark = (text: string, name: string): void => report.report(at(optionDoubt(text), placeOf(name)));
  /** What Packer accepts and fails with later. */
  const doubt = (text: string, name: string): void =>
    report.report(at(purpose === "build" ? optionProblem(text) : optionDoubt(text), placeOf(name)));
  const waits = (name: string): boolean => options.unknown.includes(`/${name}`);
  checkKeys(options, refuse);
  if (!waits("ami_name")) checkName(value.ami_name, refuse);
  if ((value.chroot_mounts ?? []).some((mount) => mount.length !== 3))
    refuse("Each chroot_mounts entry should be three elements.", "chroot_mounts");
  checkImage(value, refuse);
  checkEncryption(options, refuse);
  if (value.from_scratch === true) checkScratch(options, refuse, report);
  else checkSource(options, refuse, report);
  checkDoubts(options, { doubt, remark, isForced: force });
}

function checkName(name: string | undefined, refuse: Refuse): void {
  if (name === undefined || name === "") {
    refuse("ami_name must be specified", "", NAME_LENGTH);
    return;
  }
  const { length } = Buffer.from(name);
  if (length < 3 || length > 128) refuse(NAME_LENGTH, "ami_name");
  // What the source AMI is called is known long after the name must be.
  const detail = name.includes("<no value>")
    ? "What {{ .X }} stands for in other options is not known to ami_name."
    : "";
  if (/[^A-Za-z0-9 ()[\]./\-'@_]/.test(name)) refuse(NAME_CHARACTERS, "ami_name", detail);
}

function checkScratch({ value, unknown }: Options<AmazonChroot>, refuse: Refuse, report: Reporter): void {
  const missing: readonly (readonly [string, boolean])[] = [
    ["root_volume_size", (value.root_volume_size ?? 0) === 0],
    ["pre_mount_commands", (value.pre_mount_commands ?? []).length === 0],
    ["ami_virtualization_type", (value.ami_virtualization_type ?? "") === ""],
    ["root_device_name", (value.root_device_name ?? "") === ""],
    ["ami_block_device_mappings", (value.ami_block_device_mappings ?? []).length === 0],
  ];
  for (const [name, isMissing] of missing)
    if (isMissing && !unknown.includes(`/${name}`)) refuse(`${name} is required with from_scratch.`);
  if (value.source_ami !== undefined || value.source_ami_filter !== undefined) {
    report.report(at(optionDoubt("source_ami and source_ami_filter are unused when from_scratch is true"), undefined));
  }
}

function checkSource(options: Options<AmazonChroot>, refuse: Refuse, report: Reporter): void {
  const { value, unknown } = options;
  const waits = unknown.includes("/source_ami") || unknown.includes("/source_ami_filter");
  if (!namesSource(value) && !waits) refuse("source_ami or source_ami_filter is required.");
  checkOwnMappings(value, refuse, report);
}

function namesSource({ source_ami, source_ami_filter: filter }: AmazonChroot): boolean {
  const filters = Object.keys(filter?.filters ?? {}).length + (filter?.filter ?? []).length;
  return (source_ami ?? "") !== "" || filters + (filter?.owners ?? []).length > 0;
}

/** Mappings of the template's own take the place of the source's as a whole. */
function checkOwnMappings(value: AmazonChroot, refuse: Refuse, report: Reporter): void {
  const mappings = (value.ami_block_device_mappings ?? []).length > 0;
  const rootDevice = (value.root_device_name ?? "") !== "";
  if (mappings && !rootDevice)
    refuse(
      "If ami_block_device_mappings is specified, root_device_name must be specified",
      "ami_block_device_mappings",
    );
  if (!mappings && rootDevice)
    refuse("If root_device_name is specified, ami_block_device_mappings must be specified", "root_device_name");
  if (!mappings || !rootDevice) return;
  if ((value.root_volume_size ?? 0) === 0)
    refuse("root_volume_size is required if ami_block_device_mappings is specified", "ami_block_device_mappings");
  report.report(
    at(optionDoubt("ami_block_device_mappings from source image will be completely overwritten"), undefined),
  );
}
