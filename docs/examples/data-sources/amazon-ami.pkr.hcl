data "amazon-ami" "debian" {
  region = "eu-west-1"
  filters = {
    name                = "debian-12-amd64-*"
    virtualization-type = "hvm"
  }
  owners      = ["136693071363"]
  most_recent = true
}

source "amazon-chroot" "web" {
  region     = "eu-west-1"
  source_ami = data.amazon-ami.debian.id
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]
}
