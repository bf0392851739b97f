import BoardLink
import Images
import Mapper

extension UCaspianFamily: DeviceLinkMaker {
  /// FTDI serial chips: an UPduino says what it is, others may be anything.
  public func candidates() -> [DeviceCandidate] {
    let devices = FTDIDevice.all()
    return devices.map { device in
      let isCertain = device.product?.hasPrefix("UPduino") == true
      return DeviceCandidate(
        address: device.address(among: devices), place: device.place, serial: device.serial, family: Self.name,
        isCertain: isCertain,
        note: isCertain
          ? "\(device.product ?? ""), for a uCaspian core"
          : "FTDI serial, maybe a uCaspian board: it is spoken to only where --device names it")
    }
  }

  public func open(_ address: DeviceAddress?, image bytes: [UInt8], named name: String) throws -> any DeviceLink {
    let image = try LoadedImage(name: name, bytes: bytes)
    // The image is looked at before any device is.
    _ = try UCaspianConfiguration(of: image)
    let packets = try image.withSection(.ucaspianPackets) { Array($0) }
    let device = try DeviceCandidate.select(address, of: candidates(), family: Self.name)
    let port = try FTDIPort(place: device.place, address: address ?? device.address, baud: UCaspianLink.baud)
    return try UCaspianLink(
      port, serial: device.serial ?? "", packets: packets, inputs: image.ports?.inputs ?? [],
      outputs: image.ports?.outputs ?? [])
  }
}
