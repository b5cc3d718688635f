data "amazon-parameterstore" "base" {
  region = "eu-west-1"
  name   = "/images/base"
}

source "amazon-chroot" "web" {
  region     = "eu-west-1"
  source_ami = data.amazon-parameterstore.base.value
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]
}
