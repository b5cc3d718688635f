// The IAM actions that a build needs: what `pkrts plan` prints as a policy.

import type { AmazonChroot } from "../../schemas/options.gen.js";
import { pairsOf } from "./options.js";

const ALWAYS = [
  "ec2:AttachVolume",
  "ec2:CreateSnapshot",
  // The temporary volume carries the run's id.
  "ec2:CreateTags",
  "ec2:CreateVolume",
  "ec2:DeleteSnapshot",
  "ec2:DeleteVolume",
  // What fails late is rolled back.
  "ec2:DeregisterImage",
  "ec2:DescribeImages",
  "ec2:DescribeInstances",
  "ec2:DescribeSnapshots",
  "ec2:DescribeVolumes",
  "ec2:DetachVolume",
  "ec2:RegisterImage",
];

/** Sorted, each once. `imds` is whether the source AMI demands IMDSv2, which its image then does too. */
export function permissionsOf(options: AmazonChroot, imds = false): readonly string[] {
  const wanted = CONDITIONAL.flatMap(([isNeeded, ...actions]) => (isNeeded(options) ? actions : []));
  const inherited = imds ? ["ec2:ModifyImageAttribute"] : [];
  return [...new Set([...ALWAYS, ...wanted, ...inherited])].sort();
}

type Condition = (options: AmazonChroot) => boolean;
const has = (list: readonly string[] | undefined): boolean => (list ?? []).length > 0;
const said = (text: string | undefined): boolean => (text ?? "") !== "";

const copies: Condition = (options) =>
  has(options.ami_regions) || options.encrypt_boot === true || options.skip_save_build_region === true;
const ownKey: Condition = (options) =>
  said(options.kms_key_id) ||
  said(options.root_volume_kms_key_id) ||
  Object.values(options.region_kms_key_ids ?? {}).some(said);
const encrypts: Condition = (options) =>
  options.encrypt_boot === true || options.root_volume_encrypt_boot === true || ownKey(options);
const changes: Condition = (options) =>
  said(options.ami_description) ||
  said(options.imds_support) ||
  [options.ami_users, options.ami_groups, options.ami_org_arns, options.ami_ou_arns, options.ami_product_codes].some(
    has,
  );
const protects: Condition = ({ deregistration_protection: wish }) =>
  wish?.enabled === true || wish?.with_cooldown === true;

const CONDITIONAL: readonly (readonly [Condition, ...(readonly string[])])[] = [
  [(options) => options.skip_region_validation !== true, "ec2:DescribeRegions"],
  [copies, "ec2:CopyImage"],
  [changes, "ec2:ModifyImageAttribute"],
  [(options) => has(options.snapshot_users) || has(options.snapshot_groups), "ec2:ModifySnapshotAttribute"],
  [(options) => said(options.deprecate_at), "ec2:EnableImageDeprecation"],
  [protects, "ec2:EnableImageDeregistrationProtection"],
  [encrypts, "kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom"],
  [encrypts, "kms:ReEncryptTo"],
  [(options) => options.skip_credential_validation !== true, "sts:GetCallerIdentity"],
  [(options) => said(options.assume_role?.role_arn), "sts:AssumeRole"],
  [(options) => options.decode_authorization_messages === true, "sts:DecodeAuthorizationMessage"],
];

/** Whether the AMI or its snapshots are tagged. */
export const hasTags = (options: AmazonChroot): boolean =>
  Object.keys({
    ...pairsOf(options.tags, options.tag),
    ...pairsOf(options.snapshot_tags, options.snapshot_tag),
  }).length > 0;
