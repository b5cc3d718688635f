source "amazon-chroot" "web" {
  source_ami = "ami-0123456789abcdef0"
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]

  post-processor "manifest" {
    output = "manifest.json"
    custom_data = {
      base = "${build.SourceAMI}"
    }
  }
}
