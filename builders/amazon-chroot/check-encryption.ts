// Rules between keys, regions and sharing (KMS and sharing rules of the Amazon plugin; the texts are its own).

import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import type { Refuse } from "../amazon/check-access.js";

export function checkEncryption(options: Options<AmazonChroot>, refuse: Refuse): void {
  const { value, unknown } = options;
  const waits = (...names: readonly string[]): boolean => names.some((name) => unknown.includes(`/${name}`));
  if (!waits("region_kms_key_ids", "ami_regions")) checkRegions(value, refuse);
  if (!waits("encrypt_boot", "kms_key_id", "region_kms_key_ids")) {
    checkKeys(value, refuse);
    checkSharing(value, refuse);
  }
  if (value.from_scratch !== true && !waits("root_volume_encrypt_boot", "root_volume_kms_key_id"))
    checkVolumeKey(value, refuse);
}

/** Both ways, before the build's own region is taken out of the list. */
function checkRegions(
  { region_kms_key_ids: keys = {}, ami_regions: regions = [] }: AmazonChroot,
  refuse: Refuse,
): void {
  if (Object.keys(keys).length === 0) return;
  for (const region of regions.filter((each) => !Object.hasOwn(keys, each)))
    refuse(`Region ${region} is in ami_regions but not in region_kms_key_ids`, "ami_regions");
  for (const region of Object.keys(keys).filter((each) => !regions.includes(each)))
    refuse(`Region ${region} is in region_kms_key_ids but not in ami_regions`, "region_kms_key_ids");
}

function checkKeys({ encrypt_boot, kms_key_id = "", region_kms_key_ids = {} }: AmazonChroot, refuse: Refuse): void {
  const regional = Object.values(region_kms_key_ids).filter((key) => key !== "");
  if (encrypt_boot !== true) {
    if (kms_key_id !== "" || regional.length > 0)
      refuse(
        "If you have set either region_kms_key_ids or kms_key_id, encrypt_boot must also be true.",
        kms_key_id === "" ? "region_kms_key_ids" : "kms_key_id",
      );
    return;
  }
  if (kms_key_id !== "") checkKey(kms_key_id, "kms_key_id", refuse);
  for (const key of regional) checkKey(key, "region_kms_key_ids", refuse);
}

const DEFAULT_KEY = "Cannot share AMI encrypted with default KMS key";
const DEFAULT_SNAPSHOT_KEY = "Cannot share snapshot encrypted with default KMS key";
const MORE = "see https://www.packer.io/docs/builders/amazon-ebs#region_kms_key_ids for more information";

/** AWS does not let anybody else use an account's default key. */
function checkSharing(value: AmazonChroot, refuse: Refuse): void {
  if (value.encrypt_boot !== true) return;
  const { kms_key_id = "", region_kms_key_ids = {} } = value;
  const keys = Object.values(region_kms_key_ids);
  const noKey = kms_key_id === "" && keys.length === 0;
  const empty = keys.filter((key) => key === "");
  const [shared] = (["ami_users", "ami_org_arns", "ami_ou_arns"] as const).filter(
    (name) => (value[name] ?? []).length > 0,
  );
  if (shared !== undefined) {
    if (noKey) refuse(DEFAULT_KEY, shared);
    for (const _ of empty) refuse(`${DEFAULT_KEY} for other regions`, "region_kms_key_ids");
  }
  if ((value.snapshot_users ?? []).length === 0) return;
  if (noKey) refuse(`${DEFAULT_SNAPSHOT_KEY}, ${MORE}`, "snapshot_users");
  for (const _ of empty) refuse(DEFAULT_SNAPSHOT_KEY, "region_kms_key_ids");
}

function checkVolumeKey(
  { root_volume_encrypt_boot, root_volume_kms_key_id: key = "" }: AmazonChroot,
  refuse: Refuse,
): void {
  if (key === "") return;
  if (root_volume_encrypt_boot === true) checkKey(key, "root_volume_kms_key_id", refuse);
  // Where nothing is said of encryption, the source's own decides, and the key is not looked at.
  if (root_volume_encrypt_boot === false)
    refuse(
      "If you have set root_volume_kms_key_id, root_volume_encrypt_boot must also be true.",
      "root_volume_kms_key_id",
    );
}

// An id, a multi-region id, an alias, or the ARN of one of them. Partitions: aws, aws-cn, aws-us-gov, aws-iso and its kin.
const ID = "[a-f0-9][a-f0-9-]+";
const ALIAS = "alias/[a-zA-Z0-9:/_-]+";
const KEY = new RegExp(
  `^(?:${ID}|mrk-${ID}|${ALIAS}|arn:aws(?:-[a-z]+){0,2}:kms:[a-z0-9-]*:\\d{12}:(?:key/(?:mrk-)?${ID}|${ALIAS}))$`,
);

function checkKey(key: string, name: string, refuse: Refuse): void {
  if (!KEY.test(key)) refuse(`"${key}" is not a valid KMS Key Id.`, name);
}
