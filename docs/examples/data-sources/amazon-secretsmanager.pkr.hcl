data "amazon-secretsmanager" "mirror" {
  region = "eu-west-1"
  name   = "mirror"
  key    = "password"
}

source "amazon-chroot" "web" {
  source_ami = "ami-0123456789abcdef0"
  ami_name   = "web-{{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]

  provisioner "shell" {
    env = {
      MIRROR_PASSWORD = data.amazon-secretsmanager.mirror.value
    }
    inline = ["echo \"machine mirror.example.com login web password $MIRROR_PASSWORD\" > /etc/apt/auth.conf"]
  }
}
