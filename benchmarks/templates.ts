// The templates that benchmarks run on.

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

/** As many amazon-chroot builds as names, each with what such a build usually has. */
export const chrootTemplate = (names: readonly string[]): string => `
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

/** Numbered names. */
export const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `web${i}`);

/** Sources without provisioners, until it is a megabyte: long, and no work to evaluate. */
export function flatTemplate(): string {
  const parts: string[] = [];
  for (let i = 0, size = 0; size < 1_000_000; i += 1) {
    const part = `
source "file" "f${i}" {
  # number ${i} of many
  target  = "made/${"directory/".repeat(36)}${i}.txt"
  content = "line ${i}"
}
`;
    parts.push(part);
    size += part.length;
  }
  return `${parts.join("")}\nbuild {\n  sources = ["source.file.f0"]\n}\n`;
}
