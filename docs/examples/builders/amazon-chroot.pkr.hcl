variable "region" {
  type    = string
  default = "eu-west-1"
}

source "amazon-chroot" "web" {
  region   = var.region
  ami_name = "web-{{timestamp}}"

  source_ami_filter {
    filters = {
      name = "debian-12-amd64-*"
    }
    owners      = ["136693071363"]
    most_recent = true
  }

  ami_regions     = ["eu-central-1"]
  ami_description = "Web server on {{ .SourceAMIName }}"

  tags = {
    Base = "{{ .SourceAMI }}"
  }
}

build {
  sources = ["source.amazon-chroot.web"]

  provisioner "shell" {
    inline = ["apt-get update", "apt-get install -y nginx"]
  }
}
