source "file" "motd" {
  target  = "motd.txt"
  content = "Welcome\n"
}

build {
  sources = ["source.file.motd"]

  post-processor "checksum" {
    checksum_types = ["sha256", "sha512"]
    output         = "motd.{{.ChecksumType}}"
  }
}
