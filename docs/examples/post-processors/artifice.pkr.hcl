source "file" "motd" {
  target  = "motd.txt"
  content = "Welcome\n"
}

build {
  sources = ["source.file.motd"]

  post-processors {
    post-processor "artifice" {
      files = ["motd.txt"]
    }
    post-processor "checksum" {
      checksum_types = ["sha256"]
      output         = "motd.sha256"
    }
  }
}
