import BoardLink
import Images
import Networks
import WireProtocol

/// An image on its way to boards.
public struct FlashJob: Sendable {
  public let image: LoadedImage
  /// nil for each board's choice.
  public let slot: Int?
  public let activation: FlashActivation
  /// Who signed the image; locked boards ask for it.
  public let manifest: ImageManifest?

  public init(_ image: LoadedImage, slot: Int?, activation: FlashActivation, manifest: ImageManifest?) {
    self.image = image
    self.slot = slot
    self.activation = activation
    self.manifest = manifest
  }

  /// Flashes a board.
  ///
  /// - Throws: link errors.
  public func flash(
    _ address: DeviceAddress, options: LinkOptions, progress: (FlashProgress) -> Void
  ) throws -> FlashOutcome {
    let session = try BoardSession(address, options: options)
    defer { session.close() }
    let started = ContinuousClock.now
    let result = try image.withBytes {
      try session.flash($0, slot: slot, activation: activation, manifest: manifest, progress: progress)
    }
    return FlashOutcome(
      address: address, board: session.description, slot: result.slot, bytesSent: result.bytesSent,
      bytesHeld: result.bytesHeld, isActive: result.isActive, lost: nil,
      seconds: (ContinuousClock.now - started) / .seconds(1))
  }

  /// Does everything short of writing.
  ///
  /// - Throws: what `flash` would.
  public func rehearse(
    _ address: DeviceAddress, options: LinkOptions, progress: (FlashProgress) -> Void
  ) throws -> FlashOutcome {
    let session = try BoardSession(address, options: options)
    defer { session.close() }
    let started = ContinuousClock.now
    let result = try image.withBytes {
      try session.rehearse($0, slot: slot, manifest: manifest, progress: progress)
    }
    return FlashOutcome(
      address: address, board: session.description, slot: result.slot, bytesSent: result.bytesToSend,
      bytesHeld: UInt64(image.byteCount) - result.bytesToSend, isActive: result.isActive,
      lost: result.lost?.hex, seconds: (ContinuousClock.now - started) / .seconds(1))
  }
}

/// What a flash did with a board, or would do.
public struct FlashOutcome: Sendable {
  public let address: DeviceAddress
  /// What the board says of itself afterwards.
  public let board: BoardDescription
  public let slot: Int
  /// Bytes sent, or, of a rehearsal, to be sent at most.
  public let bytesSent: UInt64
  /// Bytes that the board holds already.
  public let bytesHeld: UInt64
  /// Whether the image is the active one.
  public let isActive: Bool
  /// Of a rehearsal: SHA-256 of the image that the slot would lose.
  public let lost: String?
  public let seconds: Double
}
