// What CreateVolume and RegisterImage are asked for, by the options and by the source.
import * as assert from "uvu/assert";
import { imageSpec, remarksOn } from "../../../builders/amazon-chroot/register.js";
import type { SourceImage } from "../../../builders/amazon-chroot/source-image.js";
import { volumeOf } from "../../../builders/amazon-chroot/volume.js";
import type { AmazonChroot } from "../../../schemas/options.gen.js";
import { describe } from "../../support/describe.js";

const SCRATCH: AmazonChroot = { from_scratch: true, root_volume_size: 8 };
const KEY = "alias/disk";

/** An image whose root has 8 GiB. */
function source(ebs: Partial<SourceImage["root"]["ebs"]> = {}, image: Partial<SourceImage["image"]> = {}): SourceImage {
  const root = { name: "/dev/xvda", ebs: { snapshot: "snap-1", size: 8, type: "gp3", ...ebs } };
  return {
    root,
    image: {
      id: "ami-1",
      name: "source",
      owner: "1",
      created: "2026-01-01T00:00:00Z",
      state: "available",
      architecture: "x86_64",
      virtualization: "hvm",
      rootDeviceName: "/dev/xvda",
      rootDeviceType: "ebs",
      devices: [root],
      tags: {},
      ...image,
    } as SourceImage["image"],
  };
}

describe("the volume", (test) => {
  test("from scratch can be encrypted, too", () => {
    assert.equal(volumeOf(SCRATCH, undefined), { size: 8, type: "gp2" });
    const encrypted = { ...SCRATCH, root_volume_encrypt_boot: true, root_volume_kms_key_id: KEY };
    assert.equal(volumeOf(encrypted, undefined), { size: 8, type: "gp2", encrypted: true, kmsKey: KEY });
  });
  test("is encrypted as its source, with the key that is given", () => {
    const { encrypted, kmsKey } = volumeOf(
      { root_volume_kms_key_id: KEY },
      source({ encrypted: true, kmsKey: "alias/other" }),
    );
    assert.equal([encrypted, kmsKey], [true, KEY]);
  });
  test("that is not encrypted takes no key", () => {
    const message = /root_volume_kms_key_id needs root_volume_encrypt_boot = true/;
    assert.throws(() => volumeOf({ root_volume_kms_key_id: KEY }, source()), message);
    assert.throws(() => volumeOf({ ...SCRATCH, root_volume_kms_key_id: KEY }, undefined), message);
  });
  test("has the IOPS and the throughput of its source, unless it is of another type", () => {
    const fast = source({ iops: 4000, throughput: 200 });
    assert.equal(volumeOf({}, fast), { snapshot: "snap-1", size: 8, type: "gp3", iops: 4000, throughput: 200 });
    assert.equal(volumeOf({ root_volume_type: "gp2" }, fast), { snapshot: "snap-1", size: 8, type: "gp2" });
    assert.throws(() => volumeOf({ root_volume_type: "io2" }, fast), /Cannot use io2 volume/);
  });
  test("is never smaller than the snapshot", () => {
    assert.is(volumeOf({ root_volume_size: 4 }, source()).size, 8);
    assert.is(volumeOf({ root_volume_size: 9 }, source()).size, 9);
  });
});

const OWN_MAP: AmazonChroot = {
  root_device_name: "/dev/sda1",
  ami_block_device_mappings: [{ device_name: "/dev/sda1" }],
};

describe("the AMI", (test) => {
  const rootSize = (options: AmazonChroot, from: SourceImage | undefined) =>
    imageSpec(options, from?.image, "snap-2").devices[0]?.ebs?.size;

  test("has a root that the snapshot fits into, and says so", () => {
    assert.is(rootSize({ ...OWN_MAP, root_volume_size: 4 }, source()), 8);
    assert.is(rootSize({ ...OWN_MAP, root_volume_size: 9 }, source()), 9);
    assert.is(rootSize({ root_volume_size: 4 }, source()), 8);
    assert.is(rootSize({ ...SCRATCH, ...OWN_MAP }, undefined), 8);
    assert.equal(remarksOn({ ...OWN_MAP, root_volume_size: 4 }, source().image), [
      "The root volume has 8 GiB: its snapshot does not fit into root_volume_size = 4",
    ]);
  });
  test("is as its source where the options say nothing, and says so", () => {
    const { image } = source({}, { ena: true, bootMode: "uefi", tpm: "v2.0", imds: "v2.0" });
    const { ena, bootMode, tpm } = imageSpec({}, image, "snap-2");
    assert.equal([ena, bootMode, tpm], [true, "uefi", "v2.0"]);
    assert.equal(remarksOn({}, image), [
      "Taken over from the source AMI: ENA, boot mode uefi, TPM v2.0, instance metadata v2.0",
    ]);
    assert.equal(remarksOn({ ena_support: false, boot_mode: "legacy-bios", tpm_support: "v2.0" }, image), [
      "Taken over from the source AMI: instance metadata v2.0",
    ]);
    assert.equal(remarksOn({}, source().image), []);
  });
});
