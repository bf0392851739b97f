import CFunctionFS
import Glibc

/// A mounted FunctionFS with our function in it: the control endpoint and the two bulk endpoints.
final class FunctionFS: Sendable {
  let control: SystemFile
  /// From the host.
  let out: SystemFile
  /// To the host.
  let `in`: SystemFile

  /// Writes descriptors and strings; from here on the gadget can be bound.
  init(folder: String) throws(FirmwareError) {
    control = try SystemFile(opening: folder + "/ep0", O_RDWR)
    try control.write(UsbDescriptors.descriptors, folder + "/ep0")
    try control.write(UsbDescriptors.strings, folder + "/ep0")
    // Not blocking: a request to an endpoint that is not enabled would otherwise wait for a host.
    out = try SystemFile(opening: folder + "/ep1", O_RDWR | O_NONBLOCK)
    `in` = try SystemFile(opening: folder + "/ep2", O_RDWR | O_NONBLOCK)
  }

  /// The size of the OUT endpoint's packets at the speed in use; nil while no host has chosen the configuration.
  var packetBytes: Int? {
    var descriptor = usb_endpoint_descriptor()
    guard ffs_endpoint_descriptor(out.number, &descriptor) == 0 else { return nil }
    // The upper bits count transactions, of which bulk endpoints have one.
    return Int(UInt16(littleEndian: descriptor.wMaxPacketSize) & 0x7FF)
  }
}
