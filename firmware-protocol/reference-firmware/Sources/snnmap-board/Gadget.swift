import Glibc

/// A USB gadget in configfs, as the set-up script has made it.
struct Gadget {
  let folder: String
  /// The device port; nil takes the first one there is.
  let udc: String?

  /// The serial number that hosts read before they talk to the board.
  func serial() throws(FirmwareError) -> String {
    let serial = try SystemFile.text(of: folder + "/strings/0x409/serialnumber")
    guard !serial.isEmpty else { throw .noSerial(gadget: folder) }
    return serial
  }

  /// Appears on the bus.
  func bind() throws(FirmwareError) {
    var name = udc
    if name == nil { name = try Self.firstController() }
    guard let name else { throw .noController }
    try write(name)
  }

  /// Goes away from the bus, as if the cable were pulled; harmless where nothing is bound.
  func unbind() throws(FirmwareError) {
    guard try !SystemFile.text(of: folder + "/UDC").isEmpty else { return }
    try write("")
  }

  private func write(_ name: String) throws(FirmwareError) {
    try SystemFile(opening: folder + "/UDC", O_WRONLY).write(Array((name + "\n").utf8), folder + "/UDC")
  }

  private static func firstController() throws(FirmwareError) -> String? {
    guard let entries = opendir("/sys/class/udc") else { return nil }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.min()
  }
}
