// Rules for what the AMI says of itself: how it boots, its metadata service, until when it should be used.

import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Refuse } from "../amazon/check-access.js";

const ARCHITECTURES = ["arm64", "arm64_mac", "i386", "x86_64", "x86_64_mac"];
const BOOT_MODES = ["legacy-bios", "uefi", "uefi-preferred"];

export function checkImage(value: AmazonChroot, refuse: Refuse): void {
  const {
    ami_architecture: architecture = "x86_64",
    boot_mode: boot = "",
    imds_support = "",
    tpm_support = "",
  } = value;
  if (!ARCHITECTURES.includes(architecture)) {
    const list = '"arm64", "arm64_mac", "i386", "x86_64", or "x86_64_mac"';
    refuse(`The only valid ami_architecture values are ${list}`, "ami_architecture");
  }
  if (boot !== "" && !BOOT_MODES.includes(boot)) {
    const list = "'uefi', 'legacy-bios' or 'uefi-preferred'";
    refuse(`invalid boot mode "${boot}", valid values are either ${list}`, "boot_mode");
  }
  if (!["", "v2.0"].includes(imds_support))
    refuse('The only valid imds_support values are "v2.0" or the empty string', "imds_support");
  if (!["", "v2.0"].includes(tpm_support)) refuse('The only valid tpm_support value is "v2.0"', "tpm_support");
  checkUefiData(value, refuse);
  checkDeprecation(value, refuse);
}

function checkUefiData(
  { uefi_data = "", boot_mode = "", ami_architecture = "x86_64" }: AmazonChroot,
  refuse: Refuse,
): void {
  if (uefi_data === "") return;
  if (boot_mode === "legacy-bios") refuse(`You can't use uefi_data with boot_mode set to "legacy-bios".`, "uefi_data");
  if (boot_mode === "" && ami_architecture !== "arm64")
    refuse(
      `You need boot_mode set to "uefi" to use uefi_data, "${ami_architecture}" architecture defaults to "legacy-bios".`,
      "uefi_data",
    );
}

/** RFC 3339, with a fraction or another zone too; the day must exist. */
const TIME = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function checkDeprecation({ deprecate_at: text = "" }: AmazonChroot, refuse: Refuse): void {
  if (text === "") return;
  const [, year, month, day] = TIME.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const exists = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
  if (year === undefined || !exists)
    refuse(`deprecate_at is not a valid time: "${text}". Expect time format: YYYY-MM-DDTHH:MM:SSZ`, "deprecate_at");
}
