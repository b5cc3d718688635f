data "null" "greeting" {
  input = "hello"
}

source "null" "here" {
  communicator = "none"
}

build {
  sources = ["source.null.here"]

  provisioner "shell-local" {
    inline = ["echo ${data.null.greeting.output}"]
  }
}
