source "null" "here" {
  communicator = "none"
}

build {
  sources = ["source.null.here"]

  provisioner "sleep" {
    duration = "2s"
  }
}
