source "file" "motd" {
  target  = "motd.txt"
  content = "Welcome\n"
}

build {
  sources = ["source.file.motd"]

  post-processor "compress" {
    output = "{{.BuildName}}.tar.gz"
  }
}
