// What Packer accepts and EC2 refuses: warnings in validate, errors before a build; and what would do nothing, which is a
// warning always (builder.md §1.6, §5.8).

import { resolve } from "node:path";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";

/** Reports something at an option. */
type Doubt = (text: string, name: string) => void;

/** `doubt`: it will not go well. `remark`: it does no harm. `isForced`: by the command line. */
export function checkDoubts(
  options: Options<AmazonChroot>,
  { doubt, remark, isForced }: { readonly doubt: Doubt; readonly remark: Doubt; readonly isForced: boolean },
): void {
  const { value, unknown } = options;
  const known = (...names: readonly string[]): boolean => names.every((name) => !unknown.includes(`/${name}`));
  if (known("source_ami_filter", "source_ami")) checkFilter(value, doubt);
  if (known("ami_block_device_mappings", "root_device_name")) checkMappings(value, doubt);
  checkPaths(value, doubt);
  if (known("nvme_device_path", "mount_partition")) checkNvme(value, doubt);
  if (known("boot_mode")) checkMachine(value, doubt);
  checkTags(value, doubt);
  if (known("ami_regions", "region")) checkRegionsLeft(value, doubt);
  if (known("root_volume_encrypt_boot")) checkWorth(value, doubt);
  if (known("force_deregister") && !isForced) remarkSnapshots(value, remark);
  if (known("uefi_data", "boot_mode") && options.given("/ami_architecture")) remarkArchitecture(value, remark);
}

/** Options of a value that can't be meant. */
function checkWorth(value: AmazonChroot, doubt: Doubt): void {
  if (value.command_wrapper !== undefined && !value.command_wrapper.includes(".Command"))
    doubt("command_wrapper runs nothing without {{.Command}}", "command_wrapper");
  const { from_scratch: isScratch, root_volume_type: type = "" } = value;
  if (isScratch === true && ["io1", "io2"].includes(type))
    doubt(`root_volume_type ${type} needs IOPS, which come from a source: from_scratch has none`, "root_volume_type");
  if (isScratch === true && (value.root_volume_kms_key_id ?? "") !== "" && value.root_volume_encrypt_boot !== true)
    doubt("root_volume_kms_key_id needs root_volume_encrypt_boot = true", "root_volume_kms_key_id");
  if ((value.root_volume_size ?? 0) < 0)
    doubt("root_volume_size is a number of GiB; 0 means the source's", "root_volume_size");
  if ((value.snapshot_copy_duration_minutes ?? 0) % 15 !== 0)
    doubt("snapshot_copy_duration_minutes is a multiple of 15", "snapshot_copy_duration_minutes");
  if (value.assume_role !== undefined && (value.assume_role.role_arn ?? "") === "")
    doubt("assume_role does nothing without role_arn", "assume_role");
}

// ─── what does nothing ───────────────────────────────────────────────────────

function remarkSnapshots({ force_delete_snapshot, force_deregister }: AmazonChroot, remark: Doubt): void {
  if (force_delete_snapshot === true && force_deregister !== true)
    remark("force_delete_snapshot does nothing without force_deregister", "force_delete_snapshot");
}

/** It says how uefi_data boots, too, where boot_mode does not. */
function remarkArchitecture({ from_scratch, uefi_data = "", boot_mode = "" }: AmazonChroot, remark: Doubt): void {
  if (from_scratch === true || (uefi_data !== "" && boot_mode === "")) return;
  remark("ami_architecture does nothing without from_scratch: the AMI has its source's", "ami_architecture");
}

// ─── the source ──────────────────────────────────────────────────────────────

function checkFilter({ source_ami_filter: filter, source_ami }: AmazonChroot, doubt: Doubt): void {
  const filters = Object.keys(filter?.filters ?? {}).length + (filter?.filter ?? []).length;
  if (filters > 0 && (filter?.owners ?? []).length === 0 && source_ami === undefined)
    doubt("source_ami_filter finds images of anybody: give owners", "source_ami_filter");
}

// ─── block device mappings ───────────────────────────────────────────────────

type Mapping = NonNullable<AmazonChroot["ami_block_device_mappings"]>[number];

function checkMappings(
  { root_device_name: root, ami_block_device_mappings: mappings = [] }: AmazonChroot,
  doubt: Doubt,
): void {
  if (mappings.length > 0 && root !== undefined && !mappings.some(({ device_name }) => device_name === root))
    doubt(`no ami_block_device_mappings is for the root device ${root}`, "root_device_name");
  mappings.forEach((mapping, i) => {
    const own: Refuse = (text, option) =>
      doubt(text, `ami_block_device_mappings/${i}${mapping[option] === undefined ? "" : `/${option}`}`);
    checkMapping(mapping, own);
  });
}

type Refuse = (text: string, option: keyof Mapping & string) => void;

function checkMapping(mapping: Mapping, refuse: Refuse): void {
  const { device_name = "", no_device, virtual_name = "", kms_key_id = "" } = mapping;
  if (device_name === "") refuse("ami_block_device_mappings needs a device_name", "device_name");
  if (kms_key_id !== "")
    refuse("kms_key_id does nothing in ami_block_device_mappings: give it to the AMI, with encrypt_boot", "kms_key_id");
  if (no_device === true) return;
  if (virtual_name === "") checkVolume(mapping, refuse);
  else if (!virtual_name.startsWith("ephemeral"))
    refuse(`virtual_name "${virtual_name}" is no instance store volume: those are ephemeral0 and on`, "virtual_name");
}

/** Least and most IOPS, and most IOPS for each GiB. */
const IOPS: Readonly<Record<string, { readonly least: number; readonly most: number; readonly perGib: number }>> = {
  io1: { least: 100, most: 64_000, perGib: 50 },
  io2: { least: 100, most: 64_000, perGib: 500 },
  gp3: { least: 3000, most: 16_000, perGib: Number.POSITIVE_INFINITY },
};
const LEAST_THROUGHPUT = 125;
const MOST_THROUGHPUT = 1000;

function checkVolume({ volume_type: type = "", volume_size = 0, iops, throughput }: Mapping, refuse: Refuse): void {
  if (iops !== undefined) checkIops(iops, type, volume_size, refuse);
  if (throughput === undefined) return;
  if (type !== "gp3") refuse(`throughput is for gp3 alone, and volume_type is ${shown(type)}`, "throughput");
  else if (throughput < LEAST_THROUGHPUT || throughput > MOST_THROUGHPUT)
    refuse(`throughput of gp3 is from ${LEAST_THROUGHPUT} to ${MOST_THROUGHPUT} MiB/s`, "throughput");
}

function checkIops(iops: number, type: string, size: number, refuse: Refuse): void {
  const limits = Object.hasOwn(IOPS, type) ? IOPS[type] : undefined;
  if (limits === undefined) refuse(`iops is for io1, io2 and gp3, and volume_type is ${shown(type)}`, "iops");
  else if (iops < limits.least || iops > limits.most)
    refuse(`iops of ${type} is from ${limits.least} to ${limits.most}`, "iops");
  else if (size > 0 && iops > size * limits.perGib)
    refuse(`iops of ${type} is at most ${limits.perGib} for each GiB, of which there are ${size}`, "iops");
}

const shown = (type: string): string => (type === "" ? "not given" : type);

// ─── the host ────────────────────────────────────────────────────────────────

function checkPaths({ device_path = "", copy_files = [], chroot_mounts = [] }: AmazonChroot, doubt: Doubt): void {
  const isRelative = (path: string): boolean => !path.startsWith("/");
  if (device_path !== "" && isRelative(device_path)) doubt("device_path is an absolute path", "device_path");
  copy_files.forEach((path, i) => {
    if (isRelative(path)) doubt("copy_files are absolute paths", `copy_files/${i}`);
  });
  chroot_mounts.forEach(([, , folder], i) => {
    if (folder !== undefined && isRelative(folder))
      doubt("the third element of a chroot_mounts entry is an absolute path", `chroot_mounts/${i}`);
    else if (folder !== undefined && resolve(folder) === "/")
      doubt("what is mounted at / hides the image: chroot_mounts are for folders in it", `chroot_mounts/${i}`);
  });
}

/** The disk, with or without the `p` of its partitions (builder §7.2); which partition it is, mount_partition says. */
function checkNvme({ nvme_device_path = "", mount_partition = "1" }: AmazonChroot, doubt: Doubt): void {
  if (!/^\d+$/.test(mount_partition)) doubt("mount_partition is a number", "mount_partition");
  else if (mount_partition !== "0" && /^\/dev\/nvme\d+n\d+p\d+$/.test(nvme_device_path))
    doubt(
      `nvme_device_path is the disk, whose partition mount_partition names: ${nvme_device_path.replace(/p\d+$/, "")}p`,
      "nvme_device_path",
    );
}

function checkMachine(value: AmazonChroot, doubt: Doubt): void {
  const { ami_virtualization_type: virtualization, tpm_support = "", boot_mode = "", from_scratch } = value;
  if (virtualization !== undefined && !["hvm", "paravirtual"].includes(virtualization))
    doubt("ami_virtualization_type is hvm or paravirtual", "ami_virtualization_type");
  // Where nothing is said, the source's boot mode is taken over.
  const isBios = boot_mode === "legacy-bios" || (boot_mode === "" && from_scratch === true);
  if (tpm_support === "v2.0" && isBios) doubt('tpm_support needs boot_mode = "uefi"', "tpm_support");
}

function checkRegionsLeft(
  { skip_save_build_region: skips, ami_regions = [], region }: AmazonChroot,
  doubt: Doubt,
): void {
  if (skips === true && ami_regions.every((each) => each === region))
    doubt("skip_save_build_region leaves no region for the AMI: give others in ami_regions", "skip_save_build_region");
}

// ─── tags ────────────────────────────────────────────────────────────────────

const MOST_TAGS = 50;

function checkTags(value: AmazonChroot, doubt: Doubt): void {
  checkTagsOf(value.tags, value.tag, "tags", "tag", doubt);
  checkTagsOf(value.snapshot_tags, value.snapshot_tag, "snapshot_tags", "snapshot_tag", doubt);
  checkTagsOf(value.root_volume_tags, value.root_volume_tag, "root_volume_tags", "root_volume_tag", doubt);
}

type TagBlocks = AmazonChroot["tag"];

function checkTagsOf(
  map: Readonly<Record<string, string>> = {},
  blocks: NonNullable<TagBlocks> = [],
  mapName: string,
  blockName: string,
  doubt: Doubt,
): void {
  const keys = new Set(Object.keys(map));
  for (const key of keys) checkKey(key, mapName, doubt);
  const seen = new Set<string>();
  blocks.forEach(({ key = "" }, i) => {
    const place = `${blockName}/${i}`;
    if (key === "") doubt(`${blockName} needs a key`, place);
    else if (seen.has(key)) doubt(`the key "${key}" is in two ${blockName} blocks`, place);
    else checkKey(key, place, doubt);
    seen.add(key);
    keys.add(key);
  });
  if (keys.size > MOST_TAGS) doubt(`a resource has at most ${MOST_TAGS} tags`, blocks.length > 0 ? blockName : mapName);
}

function checkKey(key: string, place: string, doubt: Doubt): void {
  if (/^aws:/i.test(key)) doubt(`the key "${key}" begins with aws:, which AWS keeps for itself`, place);
  if ([...key].length > 128) doubt("the key of a tag has at most 128 characters", place);
}
