import Glibc

do throws(FirmwareError) {
  let options = try FirmwareOptions(arguments: CommandLine.arguments.dropFirst())
  if options.isHelp {
    Console.write(FirmwareOptions.help + "\n", to: STDOUT_FILENO)
  } else {
    try Firmware.run(options)
  }
} catch {
  Console.complain(error.description)
  exit(error.exitCode)
}
