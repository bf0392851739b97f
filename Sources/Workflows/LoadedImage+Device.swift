import ChipCatalog
import ImageFormat
import Images
import Networks
import ShippedTargets
import Targets

extension LoadedImage {
  /// What the image's target is marked with: that it exists in the emulator only; nil where devices run it, or where
  /// nothing is known, as of a target file that does not travel with the program.
  ///
  /// - Throws: `ImagesError` for a family that is not known.
  public func marking() throws -> String? {
    if ChipCatalog.linkMaker(for: self) != nil { return nil }
    _ = try ChipCatalog.inspector(for: self)
    if ShippedTarget.names.contains(provenance.target) {
      let target = try Target.load(provenance.target)
      if target.digest.hex == provenance.targetSHA256 { return target.marking }
    }
    // Boards are grids, and chips with a format of their own need a link of their own.
    return family == .mesh ? nil : "emulation and budget, no flashing"
  }

  /// Checks that there can be a device for the image, before any is looked for.
  ///
  /// - Throws: `WorkflowError.refused` where the image's target exists in the emulator only.
  public func requireDevice() throws {
    guard let marking = try marking() else { return }
    throw WorkflowError(
      .refused,
      "\(name) is for \(provenance.target), \(marking): run it with `snnmap emulate` or `snnmap test`, or compile its "
        + "network for a board")
  }
}
