import BoardCore
import FixedPoint
import WireProtocol

/// A parser or a machine that gets bytes from outside: any bytes must end in a value or an error, never in a trap.
///
/// What is said by `require` must hold for any bytes, too.
enum FuzzTarget: String, CaseIterable {
  /// Frames out of a stream of bytes.
  case frames
  /// Every message, and manifests.
  case messages
  /// A board's start from metadata records.
  case metadata
  /// Images, and the machine that executes them.
  case image
  /// A whole board that is sent bytes and frames.
  case device
  /// A host whose board answers anything.
  case host

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .frames: fuzzFrames(bytes)
    case .messages: fuzzMessage(bytes)
    case .metadata: fuzzMetadata(bytes)
    case .image: fuzzImage(bytes)
    case .device: fuzzDevice(bytes)
    case .host: fuzzHost(bytes)
    }
  }
}

/// Ends the program where something does not hold, in every build.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}

/// Takes choices off the front of a fuzzer's bytes; zeros behind their end.
struct FuzzInput {
  private let bytes: UnsafeRawBufferPointer
  private var next = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { next >= bytes.count }

  mutating func u8() -> UInt8 {
    guard next < bytes.count else { return 0 }
    next += 1
    return bytes[next - 1]
  }

  mutating func u16() -> UInt16 { UInt16(u8()) | UInt16(u8()) << 8 }

  /// At most `count` bytes.
  mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
    let start = min(next, bytes.count)
    next = min(start + max(count, 0), bytes.count)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<next])
  }

  mutating func rest() -> UnsafeRawBufferPointer { take(bytes.count) }
}

/// A frame of any payload.
func sealedFrame(
  type: UInt8, session: UInt32, sequence: UInt32, payload: UnsafeRawBufferPointer, packetBytes: Int = 64
) -> [UInt8] {
  var frame = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
  let count = frame.withUnsafeMutableBytes { buffer in
    UnsafeMutableRawBufferPointer(rebasing: buffer[FrameLayout.headerBytes...]).copyBytes(from: payload)
    let header = FrameHeader(type: type, session: session, sequence: sequence, length: UInt32(payload.count))
    return (try? FrameCodec.seal(header, in: buffer, packetBytes: packetBytes)) ?? 0
  }
  frame.removeLast(frame.count - count)
  return frame
}

/// A message's own bytes.
func encoded(_ message: some WireMessage) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 1024)
  let count = bytes.withUnsafeMutableBytes { buffer -> Int in
    var writer = WireWriter(buffer)
    do throws(WireError) { try message.write(to: &writer) } catch { return 0 }
    return writer.count
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}
