// What old JSON templates say, and what Packer calls it today (spec: cli-runtime.md §8.6). In the order in which they run.

import {
  all,
  attachAdditions,
  checksum,
  cleanResourceNames,
  compaction,
  creationTime,
  diskSize,
  dockerTags,
  type Fix,
  gather,
  gatherOverrides,
  isBool,
  isString,
  latest,
  md5,
  newType,
  ofFamily,
  ofType,
  powershell,
  privateIp,
  remove,
  rename,
  renameOverride,
  sourceCidrs,
} from "./fixes.js";

export interface Fixer {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly builder?: Fix;
  readonly provisioner?: Fix;
  readonly postProcessor?: Fix;
}

const PARALLELS = ["parallels-iso", "parallels-pvm"];
const HYPERV = ["hyperv-iso", "hyperv-vmcx"];
const SPOT = ["amazon-ebs", "amazon-ebssurrogate", "amazon-ebsvolume", "amazon-instance"];

/** All of them. */
export const FIXERS: readonly Fixer[] = [
  { name: "iso-md5", summary: 'Replaces "iso_md5" in builders with "iso_checksum"', builder: md5 },
  {
    name: "createtime",
    summary: 'Replaces ".CreateTime" in builders with "{{timestamp}}"',
    builder: creationTime,
  },
  {
    name: "virtualbox-gaattach",
    summary: 'Replaces "guest_additions_attach" in VirtualBox builders with "guest_additions_mode"',
    builder: ofType(["virtualbox"], attachAdditions),
  },
  {
    name: "pp-vagrant-override",
    summary: 'Moves what overrides for one provider in Vagrant post-processors to "override"',
    postProcessor: ofType(["vagrant"], gatherOverrides),
  },
  {
    name: "virtualbox-rename",
    summary: 'Renames the "virtualbox" builder to "virtualbox-iso"',
    builder: newType("virtualbox", "virtualbox-iso"),
    provisioner: renameOverride,
  },
  {
    name: "vmware-rename",
    summary: 'Renames the "vmware" builder to "vmware-iso"',
    builder: newType("vmware", "vmware-iso"),
  },
  {
    name: "parallels-headless",
    summary: 'Removes "headless" from Parallels builders',
    builder: ofType(PARALLELS, remove("headless")),
  },
  {
    name: "parallels-deprecations",
    summary:
      'Removes "parallels_tools_host_path" from Parallels builders and renames "guest_os_distribution" to "guest_os_type"',
    builder: ofType(
      PARALLELS,
      all(
        remove("parallels_tools_host_path"),
        rename({ from: "guest_os_distribution", to: "guest_os_type", existing: "replaced" }),
      ),
    ),
  },
  {
    name: "sshkeypath",
    summary: 'Renames "ssh_key_path" in builders to "ssh_private_key_file"',
    builder: rename({ from: "ssh_key_path", to: "ssh_private_key_file", when: isString, existing: "kept" }),
  },
  {
    name: "sshdisableagent",
    summary: 'Renames "ssh_disable_agent" in builders to "ssh_disable_agent_forwarding"',
    builder: rename({ from: "ssh_disable_agent", to: "ssh_disable_agent_forwarding", when: isBool, existing: "kept" }),
  },
  {
    name: "scaleway-access-key",
    summary: 'Renames "access_key" in Scaleway builders to "organization_id"',
    builder: ofType(
      ["scaleway"],
      rename({ from: "access_key", to: "organization_id", when: isString, existing: "kept" }),
    ),
  },
  {
    name: "manifest-filename",
    summary: 'Renames "filename" in the manifest post-processor to "output"',
    postProcessor: ofType(
      ["manifest"],
      rename({ from: "filename", to: "output", when: isString, existing: "replaced" }),
    ),
  },
  {
    name: "amazon-shutdown_behavior",
    summary: 'Renames "shutdown_behaviour" in Amazon builders to "shutdown_behavior"',
    builder: ofFamily("amazon-", rename({ from: "shutdown_behaviour", to: "shutdown_behavior", existing: "replaced" })),
  },
  {
    name: "amazon-enhanced-networking",
    summary: 'Renames "enhanced_networking" in Amazon builders to "ena_support"',
    builder: ofFamily(
      "amazon-",
      rename({ from: "enhanced_networking", to: "ena_support", when: isBool, existing: "replaced" }),
    ),
  },
  {
    name: "amazon-private-ip",
    summary: 'Replaces "ssh_private_ip" in Amazon builders with "ssh_interface"',
    builder: ofFamily("amazon-", privateIp),
  },
  {
    name: "amazon-temp-sec-cidrs",
    summary:
      'Replaces "temporary_security_group_source_cidr" in Amazon builders with the list "temporary_security_group_source_cidrs"',
    builder: ofFamily("amazon-", sourceCidrs),
  },
  {
    name: "docker-email",
    summary: 'Removes "login_email" from post-processors of Docker',
    postProcessor: remove("login_email"),
  },
  {
    name: "docker-tag-tags",
    summary: 'Replaces "tag" in the docker-tag post-processor with the list "tags"',
    postProcessor: ofType(["docker-tag"], dockerTags),
  },
  {
    name: "powershell-escapes",
    summary: "Removes PowerShell's escapes from variables, user and password of powershell provisioners",
    provisioner: ofType(["powershell"], powershell),
  },
  {
    name: "vmware-compaction",
    summary: 'Adds "skip_compaction" to vmware-iso builders on ESX whose disks can\'t be compacted',
    builder: ofType(["vmware-iso"], compaction),
  },
  {
    name: "hyperv-deprecations",
    summary: 'Removes "vhd_temp_path" from the hyperv-iso builder',
    builder: ofType(["hyperv-iso"], remove("vhd_temp_path")),
  },
  {
    name: "hyperv-vmxc-typo",
    summary: 'Renames "clone_from_vmxc_path" in the hyperv-vmcx builder to "clone_from_vmcx_path"',
    builder: ofType(
      ["hyperv-vmcx"],
      rename({ from: "clone_from_vmxc_path", to: "clone_from_vmcx_path", existing: "replaced" }),
    ),
  },
  {
    name: "hyperv-cpu-and-ram",
    summary: 'Renames "cpu" and "ram_size" in Hyper-V builders to "cpus" and "memory"',
    builder: ofType(
      HYPERV,
      all(
        rename({ from: "cpu", to: "cpus", existing: "replaced" }),
        rename({ from: "ram_size", to: "memory", existing: "replaced" }),
      ),
    ),
  },
  {
    name: "clean-image-name",
    summary: "Replaces clean_ami_name and clean_image_name in builders with clean_resource_name",
    builder: cleanResourceNames,
  },
  {
    name: "spot-price-auto-product",
    summary: 'Removes "spot_price_auto_product" from Amazon builders',
    builder: ofType(SPOT, remove("spot_price_auto_product")),
  },
  {
    name: "qemu-disk-size",
    summary: 'Gives "disk_size" of the qemu builder its unit',
    builder: ofType(["qemu"], diskSize),
  },
  {
    name: "galaxy-command",
    summary: 'Renames "galaxycommand" in the ansible-local provisioner to "galaxy_command"',
    provisioner: ofType(
      ["ansible-local"],
      rename({ from: "galaxycommand", to: "galaxy_command", when: isString, existing: "kept" }),
    ),
  },
  {
    name: "comm-config",
    summary:
      'Renames "ssh_host_port_min", "ssh_host_port_max" and "ssh_skip_nat_mapping" in VirtualBox builders to names without "ssh_"',
    builder: ofFamily(
      "virtualbox",
      all(
        rename({ from: "ssh_host_port_min", to: "host_port_min", existing: "kept" }),
        rename({ from: "ssh_host_port_max", to: "host_port_max", existing: "kept" }),
        rename({ from: "ssh_skip_nat_mapping", to: "skip_nat_mapping", when: isBool, existing: "kept" }),
      ),
    ),
  },
  {
    name: "ssh-wait-timeout",
    summary: 'Renames "ssh_wait_timeout" in builders to "ssh_timeout"',
    builder: rename({ from: "ssh_wait_timeout", to: "ssh_timeout", when: isString, existing: "kept" }),
  },
  {
    name: "vsphere-iso-net-disk",
    summary: 'Moves network and disk options of the vsphere-iso builder to "network_adapters" and "storage"',
    builder: ofType(
      ["vsphere-iso"],
      all(
        gather(["network", "network_card"], "network_adapters"),
        gather(["disk_size", "disk_thin_provisioned", "disk_eagerly_scrub"], "storage"),
      ),
    ),
  },
  {
    name: "iso-checksum-type-and-url",
    summary: 'Puts "iso_checksum_type" and "iso_checksum_url" of builders into "iso_checksum"',
    builder: checksum,
  },
  {
    name: "qemu-host-port",
    summary: 'Renames "ssh_host_port_min" and "ssh_host_port_max" in the qemu builder to names without "ssh_"',
    builder: ofType(
      ["qemu"],
      all(
        rename({ from: "ssh_host_port_min", to: "host_port_min", existing: "replaced" }),
        rename({ from: "ssh_host_port_max", to: "host_port_max", existing: "replaced" }),
      ),
    ),
  },
  {
    name: "azure-exclude_from_latest",
    summary: 'Renames "exlude_from_latest" in the azure-chroot builder to "exclude_from_latest"',
    builder: ofType(["azure-chroot"], latest),
  },
  {
    name: "proxmox-type",
    summary: 'Renames the "proxmox" builder to "proxmox-iso"',
    builder: newType("proxmox", "proxmox-iso"),
  },
];
