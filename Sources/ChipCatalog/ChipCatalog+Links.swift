import BoardLink
import Images

extension ChipCatalog {
  /// What opens the devices of an image's family; nil where they speak the protocol of boards, or where there are none.
  public static func linkMaker(for image: LoadedImage) -> (any DeviceLinkMaker)? {
    families.first { $0.family == image.family } as? any DeviceLinkMaker
  }

  /// What may be a device of a family with a link of its own; nothing is sent to any.
  public static func candidates() -> [DeviceCandidate] {
    families.compactMap { $0 as? any DeviceLinkMaker }.flatMap { $0.candidates() }
  }
}
