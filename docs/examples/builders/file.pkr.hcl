source "file" "motd" {
  target  = "motd.txt"
  content = "Welcome, built at {{isotime}}\n"
}

build {
  sources = ["source.file.motd"]
}
