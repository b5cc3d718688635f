import type { AmazonChroot } from "../../schemas/options.gen.js";

export const DEFAULT_MOUNTS: readonly (readonly string[])[] = [
  ["proc", "proc", "/proc"],
  ["sysfs", "sysfs", "/sys"],
  ["bind", "/dev", "/dev"],
  ["devpts", "devpts", "/dev/pts"],
  ["binfmt_misc", "binfmt_misc", "/proc/sys/fs/binfmt_misc"],
];

/** An empty list means the default, as in Packer. */
export const mountsOf = ({ chroot_mounts: mounts = [] }: AmazonChroot): readonly (readonly string[])[] =>
  mounts.length === 0 ? DEFAULT_MOUNTS : mounts;

/** Not given means /etc/resolv.conf (nothing, from scratch); an empty list means nothing. */
export const copiesOf = ({ copy_files, from_scratch }: AmazonChroot): readonly string[] =>
  copy_files ?? (from_scratch === true ? [] : ["/etc/resolv.conf"]);

type Pair = { readonly key?: string; readonly value?: string };

/** A map of tags and the blocks beside it: blocks win. */
export const pairsOf = (
  map: Readonly<Record<string, string>> | undefined,
  blocks: readonly Pair[] | undefined,
): Readonly<Record<string, string>> => ({
  ...map,
  ...Object.fromEntries((blocks ?? []).map(({ key = "", value = "" }) => [key, value])),
});
