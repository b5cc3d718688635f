import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { validate } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

/** What `validate` says of a source with these further options. */
async function problemsWith(options: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-check-"));
  try {
    const file = join(folder, "t.pkr.hcl");
    writeFileSync(
      file,
      `source "amazon-chroot" "a" {\n  region = "us-east-1"\n  source_ami = "ami-12345678"\n  ami_name = "abc"\n${options}\n}\nbuild {\n  sources = ["source.amazon-chroot.a"]\n}\n`,
    );
    const { diagnostics } = await validate(file);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    return errors.map(({ summary, detail }) => `${summary} ${detail}`.trim()).join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SHARED = "Cannot share AMI encrypted with default KMS key";

describe("rules between amazon-chroot's options", (test) => {
  rows<readonly [string, string]>(
    test,
    [
      [
        "E1: keys beside Vault",
        'access_key = "a"\nsecret_key = "b"\nvault_aws_engine {\n name = "r"\n}',
        "If you have set vault_aws_engine",
      ],
      [
        "E5: a key for a region without a copy",
        'encrypt_boot = true\nregion_kms_key_ids = { "eu-west-1" = "alias/a" }',
        "Region eu-west-1 is in region_kms_key_ids but not in ami_regions",
      ],
      [
        "E6: a copy without a key",
        'encrypt_boot = true\nami_regions = ["eu-west-1", "eu-west-2"]\nregion_kms_key_ids = { "eu-west-1" = "alias/a" }',
        "Region eu-west-2 is in ami_regions but not in region_kms_key_ids",
      ],
      ["E7: shared under the default key", 'encrypt_boot = true\nami_users = ["111122223333"]', SHARED],
      [
        "E7: shared under a region's default key",
        'encrypt_boot = true\nkms_key_id = "alias/a"\nami_org_arns = ["x"]\nami_regions = ["eu-west-1"]\nregion_kms_key_ids = { "eu-west-1" = "" }',
        `${SHARED} for other regions`,
      ],
      [
        "E8: a snapshot shared under the default key",
        'encrypt_boot = true\nsnapshot_users = ["111122223333"]',
        "Cannot share snapshot encrypted with default KMS key, see",
      ],
      ["E9: a key and no encryption", 'kms_key_id = "alias/a"', "encrypt_boot must also be true."],
      ["E10: no key at all", 'encrypt_boot = true\nkms_key_id = "team/app"', '"team/app" is not a valid KMS Key Id.'],
      ["E10: capitals", 'encrypt_boot = true\nkms_key_id = "ABCDEF"', '"ABCDEF" is not a valid KMS Key Id.'],
      ["E15: no time", 'deprecate_at = "tomorrow"', 'deprecate_at is not a valid time: "tomorrow"'],
      ["E15: a day that does not exist", 'deprecate_at = "2031-02-30T00:00:00Z"', "deprecate_at is not a valid time"],
      ["E19: boot mode", 'boot_mode = "bios"', 'invalid boot mode "bios"'],
      ["E20: UEFI data, but no UEFI", 'boot_mode = "legacy-bios"\nuefi_data = "eA=="', "You can't use uefi_data"],
      ["E21: UEFI data by default without UEFI", 'uefi_data = "eA=="', 'You need boot_mode set to "uefi"'],
      [
        "E31: a key and no encrypted volume",
        'root_volume_encrypt_boot = false\nroot_volume_kms_key_id = "alias/a"',
        "root_volume_encrypt_boot must also be true.",
      ],
      [
        "E32: no key of the volume",
        'root_volume_encrypt_boot = true\nroot_volume_kms_key_id = "x"',
        '"x" is not a valid KMS Key Id.',
      ],
    ],
    async (options, wanted) => assert.match(await problemsWith(options), wanted),
  );

  rows<readonly [string]>(
    test,
    [
      ["an id", "0f3a9c12-77de-4b1a-9e55-1c2d3e4f5a6b"],
      ["a short id", "12345"],
      ["a multi-region id", "mrk-9b1c0d2e3f"],
      ["an alias", "alias/team/app_1"],
      ["an ARN", "arn:aws:kms:eu-west-1:111122223333:key/0f3a9c12-77de"],
      ["an ARN of GovCloud", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/team/app"],
      ["an ARN without a region", "arn:aws-cn:kms::111122223333:key/mrk-9b1c0d2e3f"],
    ],
    async (key) => assert.is(await problemsWith(`encrypt_boot = true\nkms_key_id = "${key}"`), ""),
  );

  test("E31: where nothing is said of the volume's encryption, its key is not looked at", async () => {
    assert.is(await problemsWith('root_volume_kms_key_id = "not a key"'), "");
  });

  test("a time with a zone, and copies with a key each, are fine", async () => {
    const copies = 'ami_regions = ["eu-west-1"]\nregion_kms_key_ids = { "eu-west-1" = "alias/a" }';
    const all = `encrypt_boot = true\nkms_key_id = "alias/b"\nami_users = ["111122223333"]\n${copies}\ndeprecate_at = "2031-02-28T00:00:00+01:00"`;
    assert.is(await problemsWith(all), "");
  });
});
