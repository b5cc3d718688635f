import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { FIXERS, fixTemplate } from "../../../../lang/legacy/fix/index.js";
import { describe } from "../../../support/describe.js";
import { rows } from "../../../support/rows.js";

type Row = readonly [name: string, before: object, after: object];

const fixed = (template: object): Record<string, unknown> =>
  JSON.parse(fixTemplate(JSON.stringify(template))) as Record<string, unknown>;

/** What Packer 1.6.6 does too: the last test holds all of these rows against it. */
const BUILDERS: readonly Row[] = [
  ["iso_md5", { type: "x", iso_md5: "a" }, { type: "x", iso_checksum: "md5:a" }],
  [
    "iso_md5 wins",
    { type: "x", iso_md5: "a", iso_checksum: "b", iso_checksum_type: "sha1" },
    { type: "x", iso_checksum: "md5:a" },
  ],
  ["an empty iso_md5", { type: "x", iso_md5: "" }, { type: "x", iso_checksum: "" }],
  [
    ".CreateTime in names",
    {
      type: "x",
      ami_name: "a{{.CreateTime}}{{ .CreateTime }}{{.CreateTime | x}}",
      snapshot_name: "{{.CreateTime}}",
      vm_name: "{{.CreateTime}}",
    },
    {
      type: "x",
      ami_name: "a{{timestamp}}{{timestamp}}{{.CreateTime | x}}",
      snapshot_name: "{{timestamp}}",
      vm_name: "{{.CreateTime}}",
    },
  ],
  [
    "guest_additions_attach, and the old virtualbox",
    { type: "virtualbox", guest_additions_attach: true, guest_additions_mode: "x" },
    { type: "virtualbox-iso", guest_additions_mode: "attach" },
  ],
  [
    "guest_additions_attach false",
    { type: "virtualbox", guest_additions_attach: false },
    { type: "virtualbox-iso", guest_additions_mode: "upload" },
  ],
  [
    "guest_additions_attach of the new name",
    { type: "virtualbox-iso", guest_additions_attach: true },
    { type: "virtualbox-iso", guest_additions_attach: true },
  ],
  ["vmware and proxmox", { type: "vmware", name: "vmware" }, { type: "vmware-iso", name: "vmware" }],
  ["proxmox", { type: "proxmox" }, { type: "proxmox-iso" }],
  [
    "parallels",
    {
      type: "parallels-pvm",
      headless: true,
      parallels_tools_host_path: "x",
      guest_os_distribution: "d",
      guest_os_type: "e",
    },
    { type: "parallels-pvm", guest_os_type: "d" },
  ],
  ["ssh_key_path", { type: "x", ssh_key_path: "a" }, { type: "x", ssh_private_key_file: "a" }],
  [
    "ssh_key_path beside its new name",
    { type: "x", ssh_key_path: "a", ssh_private_key_file: "b" },
    { type: "x", ssh_private_key_file: "b" },
  ],
  ["ssh_key_path that is no text", { type: "x", ssh_key_path: 5 }, { type: "x", ssh_key_path: 5 }],
  ["ssh_disable_agent", { type: "x", ssh_disable_agent: false }, { type: "x", ssh_disable_agent_forwarding: false }],
  ["ssh_disable_agent as text", { type: "x", ssh_disable_agent: "true" }, { type: "x", ssh_disable_agent: "true" }],
  ["ssh_wait_timeout", { type: "x", ssh_wait_timeout: "5m" }, { type: "x", ssh_timeout: "5m" }],
  ["scaleway", { type: "scaleway", access_key: "a" }, { type: "scaleway", organization_id: "a" }],
  ["access_key of others", { type: "amazon-ebs", access_key: "a" }, { type: "amazon-ebs", access_key: "a" }],
  [
    "amazon",
    {
      type: "amazon-chroot",
      shutdown_behaviour: "s",
      enhanced_networking: false,
      ssh_private_ip: true,
      temporary_security_group_source_cidr: "c",
    },
    {
      type: "amazon-chroot",
      shutdown_behavior: "s",
      ena_support: false,
      ssh_interface: "private_ip",
      temporary_security_group_source_cidrs: ["c"],
    },
  ],
  [
    "amazon's options elsewhere",
    { type: "x", shutdown_behaviour: "s", ssh_private_ip: true },
    { type: "x", shutdown_behaviour: "s", ssh_private_ip: true },
  ],
  [
    "ssh_private_ip as text",
    { type: "amazon-ebs", ssh_private_ip: "F" },
    { type: "amazon-ebs", ssh_interface: "public_ip" },
  ],
  [
    "ssh_private_ip beside its new name",
    { type: "amazon-ebs", ssh_private_ip: true, ssh_interface: "x" },
    { type: "amazon-ebs", ssh_private_ip: true, ssh_interface: "x" },
  ],
  ["spot_price_auto_product", { type: "amazon-ebs", spot_price_auto_product: "p" }, { type: "amazon-ebs" }],
  [
    "spot_price_auto_product of amazon-chroot",
    { type: "amazon-chroot", spot_price_auto_product: "p" },
    { type: "amazon-chroot", spot_price_auto_product: "p" },
  ],
  [
    "esx",
    { type: "vmware-iso", remote_type: "esx5" },
    { type: "vmware-iso", remote_type: "esx5", disk_type_id: "zeroedthick", skip_compaction: true },
  ],
  [
    "esx, thick",
    { type: "vmware-iso", remote_type: "esx5", disk_type_id: "thick", skip_compaction: false },
    { type: "vmware-iso", remote_type: "esx5", disk_type_id: "thick", skip_compaction: true },
  ],
  [
    "esx, thin",
    { type: "vmware-iso", remote_type: "esx5", disk_type_id: "thin" },
    { type: "vmware-iso", remote_type: "esx5", disk_type_id: "thin" },
  ],
  [
    "hyperv-iso",
    { type: "hyperv-iso", vhd_temp_path: "v", cpu: 2, cpus: 1, ram_size: 3 },
    { type: "hyperv-iso", cpus: 2, memory: 3 },
  ],
  [
    "hyperv-vmcx",
    { type: "hyperv-vmcx", clone_from_vmxc_path: "c", cpu: 2 },
    { type: "hyperv-vmcx", clone_from_vmcx_path: "c", cpus: 2 },
  ],
  [
    "clean_ami_name and clean_image_name",
    {
      type: "amazon-ebs",
      ami_name: "{{clean_ami_name `a`}}{{isotime | clean_image_name}}",
      tags: { clean_ami_name: "{{clean_ami_name `a`}}" },
    },
    {
      type: "amazon-ebs",
      ami_name: "{{clean_resource_name `a`}}{{isotime | clean_resource_name}}",
      tags: { clean_ami_name: "{{clean_resource_name `a`}}" },
    },
  ],
  ["disk_size of qemu", { type: "qemu", disk_size: 100.5 }, { type: "qemu", disk_size: "100M" }],
  ["disk_size with a unit", { type: "qemu", disk_size: "100G" }, { type: "qemu", disk_size: "100G" }],
  [
    "ports of virtualbox",
    {
      type: "virtualbox-ovf",
      ssh_host_port_min: 1,
      host_port_min: 2,
      ssh_host_port_max: 3,
      ssh_skip_nat_mapping: true,
    },
    { type: "virtualbox-ovf", host_port_min: 2, host_port_max: 3, skip_nat_mapping: true },
  ],
  [
    "ports of qemu",
    { type: "qemu", ssh_host_port_min: 1, host_port_min: 2, ssh_skip_nat_mapping: true },
    { type: "qemu", host_port_min: 1, ssh_skip_nat_mapping: true },
  ],
  [
    "vsphere-iso",
    {
      type: "vsphere-iso",
      network: "n",
      network_card: "c",
      disk_size: 1,
      disk_thin_provisioned: true,
      storage: [{ x: 1 }],
    },
    {
      type: "vsphere-iso",
      network_adapters: [{ network: "n", network_card: "c" }],
      storage: [{ disk_size: 1, disk_thin_provisioned: true }, { x: 1 }],
    },
  ],
  [
    "checksum and type",
    { type: "x", iso_checksum: "a", iso_checksum_type: "sha256" },
    { type: "x", iso_checksum: "sha256:a" },
  ],
  [
    "checksum and url",
    { type: "x", iso_checksum: "a", iso_checksum_type: "md5", iso_checksum_url: "u" },
    { type: "x", iso_checksum: "file:u" },
  ],
  ["a type without a checksum", { type: "x", iso_checksum_type: "none" }, { type: "x" }],
  [
    "azure-chroot",
    { type: "azure-chroot", shared_image_destination: { exlude_from_latest: true } },
    { type: "azure-chroot", shared_image_destination: { exclude_from_latest: true } },
  ],
];

const PROVISIONERS: readonly Row[] = [
  ["galaxycommand", { type: "ansible-local", galaxycommand: "x" }, { type: "ansible-local", galaxy_command: "x" }],
  ["galaxycommand of others", { type: "ansible", galaxycommand: "x" }, { type: "ansible", galaxycommand: "x" }],
  [
    "powershell",
    {
      type: "powershell",
      elevated_user: "a`$b",
      elevated_password: "`\"`'``n`n",
      environment_vars: ["A=`$b``"],
      inline: ["`$x"],
    },
    {
      type: "powershell",
      elevated_user: "a$b",
      elevated_password: "\"'`n`n",
      environment_vars: ["A=$b`"],
      inline: ["`$x"],
    },
  ],
  [
    "environment_vars that are no list",
    { type: "powershell", environment_vars: { A: "`$" } },
    { type: "powershell", environment_vars: { A: "`$" } },
  ],
  [
    "override of virtualbox",
    { type: "shell", override: { virtualbox: { a: 1 }, vmware: {} } },
    { type: "shell", override: { "virtualbox-iso": { a: 1 }, vmware: {} } },
  ],
];

const POST_PROCESSORS: readonly Row[] = [
  ["filename of manifest", { type: "manifest", filename: "a", output: "b" }, { type: "manifest", output: "a" }],
  ["filename of others", { type: "compress", filename: "a" }, { type: "compress", filename: "a" }],
  ["login_email", { type: "docker-push", login_email: "a" }, { type: "docker-push" }],
  ["tag", { type: "docker-tag", tag: "a, b", tags: ["b", "c"] }, { type: "docker-tag", tags: ["a", "b", "c"] }],
  ["a list of tags", { type: "docker-tag", tag: ["a"], tags: "b" }, { type: "docker-tag", tags: ["a", "b"] }],
  [
    "vagrant",
    { type: "vagrant", aws: { a: 1 }, parallels: {} },
    { type: "vagrant", override: { aws: { a: 1 } }, parallels: {} },
  ],
];

const KINDS = [
  ["builders", BUILDERS],
  ["provisioners", PROVISIONERS],
  ["post-processors", POST_PROCESSORS],
] as const;

describe("fixTemplate", (test) => {
  for (const [kind, table] of KINDS) {
    rows(
      test,
      table.map(([name, before, after]) => [`${kind}: ${name}`, before, after] as const),
      (before, after) => assert.equal(fixed({ builders: [], [kind]: [before] })[kind], [after]),
    );
  }

  rows(
    test,
    [
      [
        "numbers keep their digits",
        '{"builders":[],"a":1.50e3,"b":12345678901234567890}',
        '"a": 1.50e3,\n  "b": 12345678901234567890,',
      ],
      ["signs are escaped as Packer does", '{"builders":[],"a":"<&>\u2028\\u0001"}', '"a": "<\\u0026>\\u2028\\u0001"'],
      ["names are sorted, builders are named", '{"b":[],"a":{}}', '{\n  "a": {},\n  "b": [],\n  "builders": null\n}\n'],
    ],
    (text, part) => assert.ok(fixTemplate(text).includes(part), fixTemplate(text)),
  );

  test("chains of post-processors are fixed, what is no object is left", () => {
    const before = { builders: [null, 5], "post-processors": ["x", [{ type: "manifest", filename: "a" }, "y", null]] };
    const after = { builders: [null, 5], "post-processors": ["x", [{ type: "manifest", output: "a" }, "y", null]] };
    assert.equal(fixed(before), after);
  });

  test("what has the wrong type is left alone, where Packer crashes or loses it", () => {
    const builders = [
      { type: "amazon-ebs", ssh_private_ip: 1 },
      { type: "amazon-ebs", ssh_private_ip: "yes" },
      { type: 5, iso_checksum: 5, iso_checksum_type: "md5" },
      { iso_checksum: "a", iso_checksum_type: 5 },
    ];
    assert.equal(fixed({ builders })["builders"], builders);
  });

  test("overrides of one provider join those that are there, which Packer loses", () => {
    const fixedList = fixed({ "post-processors": [{ type: "vagrant", aws: { a: 1 }, override: { x: {} } }] });
    assert.equal(fixedList["post-processors"], [{ type: "vagrant", override: { x: {}, aws: { a: 1 } } }]);
  });

  test("a fixed template stays as it is", () => {
    const template = {
      builders: BUILDERS.map(([, before]) => before),
      provisioners: PROVISIONERS.map(([, before]) => before),
    };
    const once = fixTemplate(JSON.stringify(template));
    assert.is(fixTemplate(once), once);
  });

  test("every fixer has a name of its own", () => {
    assert.is(new Set(FIXERS.map(({ name }) => name)).size, FIXERS.length);
    assert.is(FIXERS.length, 34);
  });

  test.unless(whyNoPacker(), "Packer says the same", () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-fix-"));
    try {
      const file = join(folder, "t.json");
      const template = Object.fromEntries(KINDS.map(([kind, table]) => [kind, table.map(([, before]) => before)]));
      writeFileSync(file, JSON.stringify(template));
      const text = execFileSync("packer", ["fix", "-validate=false", file], {
        encoding: "utf8",
        env: { ...process.env, CHECKPOINT_DISABLE: "1", PACKER_CONFIG_DIR: folder },
      });
      assert.equal(JSON.parse(text), fixed(template));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Fixers are the same in Packer 1.6.6, which can be had without its licence of today, and 1.16. */
function whyNoPacker(): string | undefined {
  try {
    const version = execFileSync("packer", ["version"], {
      encoding: "utf8",
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
    return version.includes("v1.6.6") ? undefined : "needs Packer 1.6.6";
  } catch {
    return "needs packer";
  }
}
