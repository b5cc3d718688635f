source "amazon-chroot" "web" {
  source_ami = "ami-0123456789abcdef0"
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]

  provisioner "shell" {
    env = {
      PORT = "8080"
    }
    inline = [
      "echo \"port $PORT\" > /etc/web.conf",
      "chmod 600 /etc/web.conf",
    ]
  }
}
