source "amazon-chroot" "web" {
  source_ami = "ami-0123456789abcdef0"
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]

  provisioner "file" {
    content     = "Welcome to ${build.SourceAMIName}\n"
    destination = "/etc/motd"
  }
}
