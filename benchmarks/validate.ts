// `npm run bench:validate`: the command that people run most, against Packer's. Of 100 amazon-chroot builds Packer starts a process
// for each component, so it gets few rounds, and never more builds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compete } from "./against-packer.js";

const source = (name: string): string => `
source "amazon-chroot" "${name}" {
  access_key                  = "none"
  secret_key                  = "none"
  region                      = "eu-west-1"
  skip_region_validation      = true
  skip_credential_validation  = true
  source_ami                  = var.source_ami
  ami_name                    = "${name} {{timestamp}}"
  tags = {
    Base = "{{ .SourceAMIName }}"
    Of   = local.owner
  }
}
`;

const template = (names: readonly string[]): string => `
variable "source_ami" {
  type    = string
  default = "ami-0123456789abcdef0"
}
locals {
  owner = upper("somebody")
}
${names.map(source).join("")}
build {
  sources = [${names.map((name) => `"source.amazon-chroot.${name}"`).join(", ")}]
  provisioner "shell" {
    inline = ["echo hello > /etc/motd"]
  }
  post-processor "manifest" {
    output = "manifest.json"
  }
}
`;

const folder = mkdtempSync(join(tmpdir(), "pkrts-bench-"));
try {
  const small = join(folder, "small.pkr.hcl");
  const large = join(folder, "large.pkr.hcl");
  writeFileSync(small, template(["web"]));
  writeFileSync(large, template(Array.from({ length: 100 }, (_, i) => `web${i}`)));
  compete([{ name: "a small template", argv: ["validate", small] }], 15);
  compete([{ name: "100 amazon-chroot builds", argv: ["validate", large] }], 3);
} finally {
  rmSync(folder, { recursive: true });
}
