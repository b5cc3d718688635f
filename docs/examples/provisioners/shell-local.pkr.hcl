source "null" "here" {
  communicator = "none"
}

build {
  sources = ["source.null.here"]

  provisioner "shell-local" {
    environment_vars = ["STAGE=test"]
    inline           = ["echo \"$STAGE\""]
  }
}
