import CLibUSB
import WireProtocol

/// A device on a bus, not opened.
final class USBDevice {
  let raw: OpaquePointer
  let context: USBContext
  let place: USBPlace
  let identity: USBIdentity
  /// nil where the device is no board.
  let interface: USBInterface?
  /// The number of the string that tells the serial, 0 for none.
  let serialIndex: UInt8

  /// nil for a device that does not tell its descriptor.
  init?(_ device: OpaquePointer, context: USBContext) {
    var descriptor = libusb_device_descriptor()
    guard libusb_get_device_descriptor(device, &descriptor) == 0 else { return nil }
    raw = libusb_ref_device(device)
    self.context = context
    var ports = [UInt8](repeating: 0, count: 8)
    let depth = libusb_get_port_numbers(device, &ports, Int32(ports.count))
    place = USBPlace(bus: libusb_get_bus_number(device), ports: Array(ports.prefix(Int(max(depth, 0)))))
    identity = USBIdentity(vendor: descriptor.idVendor, product: descriptor.idProduct)
    serialIndex = descriptor.iSerialNumber
    interface = USBInterface(of: device)
  }

  deinit {
    libusb_unref_device(raw)
  }

  var address: DeviceAddress { .usbPlace(place.description) }
}

/// A board's interface, as the descriptors tell it.
struct USBInterface: Equatable {
  let number: UInt8
  let outEndpoint: UInt8
  let inEndpoint: UInt8
  /// The bytes of a packet to the board, which no frame's size may be a multiple of.
  let packetBytes: Int

  /// The first interface of a board in the configuration in use; nil where there is none.
  init?(of device: OpaquePointer) {
    var pointer: UnsafeMutablePointer<libusb_config_descriptor>?
    guard libusb_get_active_config_descriptor(device, &pointer) == 0, let pointer else { return nil }
    defer { libusb_free_config_descriptor(pointer) }
    let configuration = pointer.pointee
    for index in 0..<Int(configuration.bNumInterfaces) {
      guard let interface = configuration.interface?[index], interface.num_altsetting > 0,
        let setting = interface.altsetting?[0], let found = Self(setting)
      else { continue }
      self = found
      return
    }
    return nil
  }

  private init?(_ setting: libusb_interface_descriptor) {
    guard setting.bInterfaceClass == USBBinding.interfaceClass,
      setting.bInterfaceSubClass == USBBinding.interfaceSubclass,
      setting.bInterfaceProtocol == USBBinding.interfaceProtocol, let endpoints = setting.endpoint
    else { return nil }
    let bulk = (0..<Int(setting.bNumEndpoints)).map { endpoints[$0] }.filter { $0.bmAttributes & 3 == 2 }
    guard let out = bulk.first(where: { $0.bEndpointAddress & 0x80 == 0 }),
      let `in` = bulk.first(where: { $0.bEndpointAddress & 0x80 != 0 }), out.wMaxPacketSize & 0x7FF > 0
    else { return nil }
    number = setting.bInterfaceNumber
    outEndpoint = out.bEndpointAddress
    inEndpoint = `in`.bEndpointAddress
    packetBytes = Int(out.wMaxPacketSize & 0x7FF)
  }
}
