import CLibUSB

/// FTDI serial chips on USB, found without sending anything to them.
public struct FTDIDevice: Sendable, Equatable {
  /// Where it is plugged in, such as `1-1.2`.
  public let place: String
  public let chip: FTDIChip
  /// What the system has read when it was plugged in; nil where it keeps no such text.
  public let serial: String?
  public let product: String?

  /// All of them, ascending by place.
  public static func all() -> [FTDIDevice] {
    guard let context = USBContext() else { return [] }
    return context.devices().compactMap { device in
      guard device.identity.vendor == FTDIChip.vendor, let chip = FTDIChip(rawValue: device.identity.product) else {
        return nil
      }
      let place = device.place.description
      return FTDIDevice(
        place: place, chip: chip, serial: SystemText.read("serial", of: place),
        product: SystemText.read("product", of: place))
    }
  }

  /// `usb:SERIAL` where no other of `devices` has the serial, else `usb@PLACE`.
  public func address(among devices: [FTDIDevice]) -> DeviceAddress {
    guard let serial, !serial.isEmpty, devices.count(where: { $0.serial == serial }) == 1 else {
      return .usbPlace(place)
    }
    return .usb(serial: serial)
  }
}

extension USBInterface {
  /// The first interface of an FTDI chip: bulk endpoints 0x81 in and 0x02 out.
  init?(ftdi device: OpaquePointer) {
    var pointer: UnsafeMutablePointer<libusb_config_descriptor>?
    guard libusb_get_active_config_descriptor(device, &pointer) == 0, let pointer else { return nil }
    defer { libusb_free_config_descriptor(pointer) }
    guard pointer.pointee.bNumInterfaces > 0, let interface = pointer.pointee.interface?[0],
      interface.num_altsetting > 0, let setting = interface.altsetting?[0], let endpoints = setting.endpoint
    else { return nil }
    let bulk = (0..<Int(setting.bNumEndpoints)).map { endpoints[$0] }.filter { $0.bmAttributes & 3 == 2 }
    guard let out = bulk.first(where: { $0.bEndpointAddress & 0x80 == 0 }),
      let `in` = bulk.first(where: { $0.bEndpointAddress & 0x80 != 0 }), `in`.wMaxPacketSize & 0x7FF > 2
    else { return nil }
    number = setting.bInterfaceNumber
    outEndpoint = out.bEndpointAddress
    inEndpoint = `in`.bEndpointAddress
    packetBytes = Int(`in`.wMaxPacketSize & 0x7FF)
  }
}
