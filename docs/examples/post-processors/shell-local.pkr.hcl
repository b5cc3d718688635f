source "file" "motd" {
  target  = "motd.txt"
  content = "Welcome\n"
}

build {
  sources = ["source.file.motd"]

  post-processor "shell-local" {
    inline = ["wc -c motd.txt"]
  }
}
