data "http" "keys" {
  url = "https://example.com/authorized_keys"
}

source "amazon-chroot" "web" {
  source_ami = "ami-0123456789abcdef0"
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]

  provisioner "file" {
    content     = data.http.keys.body
    destination = "/root/.ssh/authorized_keys"
  }
}
