// Checks of ours that Packer has not: warnings in validate, errors at the start of a build.
import * as assert from "uvu/assert";
import type { PublicDiagnostic } from "../../../lang/diagnostics/render-json.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { diagnosticsOf, withFiles } from "../../support/template-files.js";

const SOURCE = 'source_ami = "ami-12345678"';
const template = (options: string, base = SOURCE): string =>
  `source "amazon-chroot" "a" {\n  region = "eu-west-1"\n  ami_name = "abc"\n${base}\n${options}\n}\nbuild {\n  sources = ["amazon-chroot.a"]\n}\n`;

const mapping = (options: string): string =>
  `root_volume_size = 9\nroot_device_name = "/dev/xvda"\nami_block_device_mappings {\n  device_name = "/dev/xvda"\n}\nami_block_device_mappings {\n${options}\n}`;
const SCRATCH = `from_scratch = true\npre_mount_commands = ["x"]\nami_virtualization_type = "hvm"\n${mapping('device_name = "/dev/xvdb"')}`;

const tagged = (count: number): string =>
  `tags = {\n${Array.from({ length: count }, (_, i) => `k${i} = "v"`).join("\n")}\n}`;

/** An option, and the warning about it; undefined: none. */
const ROWS: readonly (readonly [name: string, options: string, wanted: string | undefined, base?: string])[] = [
  ["a mapping without a device", mapping("volume_size = 5"), "ami_block_device_mappings needs a device_name"],
  ["a key in a mapping", mapping('device_name = "/dev/xvdb"\nkms_key_id = "alias/x"'), "kms_key_id does nothing in"],
  [
    "too many IOPS for the size",
    mapping('device_name = "/dev/xvdb"\nvolume_type = "io1"\nvolume_size = 10\niops = 501'),
    "iops of io1 is at most 50 for each GiB, of which there are 10",
  ],
  [
    "as many IOPS as the size allows",
    mapping('device_name = "/dev/xvdb"\nvolume_type = "io2"\nvolume_size = 10\niops = 5000'),
    undefined,
  ],
  [
    "too few IOPS",
    mapping('device_name = "/dev/xvdb"\nvolume_type = "gp3"\niops = 2999'),
    "iops of gp3 is from 3000 to 16000",
  ],
  [
    "IOPS of a type without",
    mapping('device_name = "/dev/xvdb"\nvolume_type = "gp2"\niops = 100'),
    "iops is for io1, io2 and gp3, and volume_type is gp2",
  ],
  [
    "throughput of a type without",
    mapping('device_name = "/dev/xvdb"\nthroughput = 200'),
    "throughput is for gp3 alone, and volume_type is not given",
  ],
  [
    "too much throughput",
    mapping('device_name = "/dev/xvdb"\nvolume_type = "gp3"\nthroughput = 1001'),
    "throughput of gp3 is from 125 to 1000 MiB/s",
  ],
  [
    "a virtual name of another kind",
    mapping('device_name = "/dev/xvdb"\nvirtual_name = "disk0"'),
    "those are ephemeral0 and on",
  ],
  [
    "a suppressed device",
    mapping('device_name = "/dev/xvdb"\nno_device = true\nvolume_type = "gp2"\niops = 1'),
    undefined,
  ],
  [
    "no mapping of the root",
    mapping('device_name = "/dev/xvdb"').replace('root_device_name = "/dev/xvda"', 'root_device_name = "/dev/sda1"'),
    "is for the root device /dev/sda1",
  ],
  ["an NVMe path without p", 'nvme_device_path = "/dev/nvme1n1"', undefined],
  ["an NVMe path with a partition", 'nvme_device_path = "/dev/nvme1n1p1"', "/dev/nvme1n1p"],
  ["an NVMe path that ends in p", 'nvme_device_path = "/dev/nvme1n1p"', undefined],
  ["an NVMe path of a whole disk", 'nvme_device_path = "/dev/nvme1n1"\nmount_partition = "0"', undefined],
  ["a relative device", 'device_path = "xvdf"', "device_path is an absolute path"],
  ["a relative file to copy", 'copy_files = ["/etc/hosts", "etc/resolv.conf"]', "copy_files are absolute paths"],
  ["a relative mount", 'chroot_mounts = [["proc", "proc", "proc"]]', "the third element of a chroot_mounts entry"],
  ["a mount over the image", 'chroot_mounts = [["tmpfs", "tmpfs", "/etc/.."]]', "mounted at / hides the image"],
  ["a mount in the image", 'chroot_mounts = [["tmpfs", "tmpfs", "//opt/"]]', undefined],
  ["a size below zero", "root_volume_size = -1", "root_volume_size is a number of GiB"],
  ["a partition by name", 'mount_partition = "root"', "mount_partition is a number"],
  ["a virtualization that is none", 'ami_virtualization_type = "kvm"', "hvm or paravirtual"],
  ["filters without owners", 'source_ami_filter {\n  filters = { name = "x" }\n}', "give owners", ""],
  ["minutes that EC2 does not take", "snapshot_copy_duration_minutes = 20", "a multiple of 15"],
  ["a TPM with a BIOS", 'tpm_support = "v2.0"\nboot_mode = "legacy-bios"', 'tpm_support needs boot_mode = "uefi"'],
  ["a TPM from nothing", 'tpm_support = "v2.0"', 'tpm_support needs boot_mode = "uefi"', SCRATCH],
  ["a TPM as the source boots", 'tpm_support = "v2.0"', undefined],
  ["snapshots alone", "force_delete_snapshot = true", "does nothing without force_deregister"],
  ["an architecture beside a source", 'ami_architecture = "arm64"', "the AMI has its source's"],
  ["the architecture of what has no source", 'ami_architecture = "arm64"', undefined, SCRATCH],
  ["an architecture that boots by UEFI", 'ami_architecture = "arm64"\nuefi_data = "QQ=="', undefined],
  ["io1 from nothing", 'root_volume_type = "io1"', "from_scratch has none", SCRATCH],
  [
    "a key twice",
    'tag {\n key = "a"\n value = "1"\n}\ntag {\n key = "a"\n value = "2"\n}',
    'the key "a" is in two tag blocks',
  ],
  ["a block over the map", 'tags = { a = "1" }\ntag {\n key = "a"\n value = "2"\n}', undefined],
  ["a tag without a key", 'snapshot_tag {\n value = "1"\n}', "snapshot_tag needs a key"],
  ["a key of AWS", 'root_volume_tags = { "aws:x" = "1" }', 'the key "aws:x" begins with aws:'],
  ["fifty tags", tagged(50), undefined],
  ["fifty-one tags", tagged(51), "at most 50 tags"],
  ["a role without a name", 'assume_role {\n  session_name = "s"\n}', "assume_role does nothing without role_arn"],
  [
    "no region left",
    'skip_save_build_region = true\nami_regions = ["eu-west-1"]',
    "skip_save_build_region leaves no region",
  ],
];

const IGNORED = ["ami_block_device_mappings from source image will be completely overwritten"];

async function warningsOf(text: string): Promise<readonly PublicDiagnostic[]> {
  const found = await diagnosticsOf({ "t.pkr.hcl": text });
  assert.equal(
    found.filter(({ severity }) => severity === "error").map(({ summary }) => summary),
    [],
  );
  return found.filter(({ summary }) => !IGNORED.includes(summary));
}

describe("doubts about amazon-chroot's options", (test) => {
  for (const [name, options, wanted, base] of ROWS) {
    test(`${wanted === undefined ? "none" : "one"} about ${name}`, async () => {
      const warnings = await warningsOf(template(options, base));
      assert.is(warnings.length, wanted === undefined ? 0 : 1, JSON.stringify(warnings));
      if (wanted !== undefined) assert.match(warnings[0]?.summary ?? "", wanted);
    });
  }

  test("point at the option, in its block", async () => {
    const text = template(mapping('device_name = "/dev/xvdb"\nkms_key_id = "alias/x"'));
    const line = text.split("\n").findIndex((each) => each.startsWith("kms_key_id")) + 1;
    assert.is((await warningsOf(text))[0]?.range?.start.line, line);
  });

  test("wait for what is not known yet", async () => {
    const data = 'data "null" "d" {\n  input = "x"\n}\n';
    const known = 'tpm_support = "v2.0"\nboot_mode = data.null.d.output\nsnapshot_copy_duration_minutes = 15';
    assert.equal(await warningsOf(data + template(known)), []);
  });

  test("stay warnings where an option does no harm", async () => {
    const text = template('force_delete_snapshot = true\nami_architecture = "arm64"');
    await withFiles({ "t.pkr.hcl": text }, async (folder) => {
      const run = (...flags: readonly string[]) =>
        pkrts(["build", ...flags, "."], { cwd: folder, env: { AWS_EC2_METADATA_DISABLED: "true" } });
      const built = await run();
      assert.match(built.stderr, "Warning: ami_architecture does nothing");
      assert.match(built.stderr, "Warning: force_delete_snapshot does nothing");
      assert.not.match(built.stderr, "Error: ");
      // Then it does something.
      assert.not.match((await run("-force")).stderr, "force_delete_snapshot");
    });
  });

  test("are errors before a build, and nothing is made", async () => {
    await withFiles({ "t.pkr.hcl": template("snapshot_copy_duration_minutes = 20") }, async (folder) => {
      const validated = await pkrts(["validate", "."], { cwd: folder });
      assert.is(validated.code, 0);
      assert.match(validated.stderr, "Warning: snapshot_copy_duration_minutes");
      const built = await pkrts(["build", "."], { cwd: folder, env: { AWS_EC2_METADATA_DISABLED: "true" } });
      assert.is(built.code, 1);
      assert.match(built.stderr, "Error: snapshot_copy_duration_minutes is a multiple of 15");
    });
  });
});
