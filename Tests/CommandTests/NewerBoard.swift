import BoardLink
import Dispatch
import Glibc
import Testing
import WireProtocol

/// A board that speaks only later versions of the protocol than this program does.
final class NewerBoard: Sendable {
  private let listener: Int32

  /// Answers one host.
  init(path: String) throws {
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let address = try #require(UnixSocketAddress(path: path))
    let number = listener
    try #require(address.withPointer { bind(number, $0, $1) } == 0)
    try #require(listen(number, 4) == 0)
    DispatchQueue(label: "newer board").async {
      let connection = accept(number, nil, nil)
      var info = BoardInfo()
      info.maximumPayload = 4096
      info.chunkBytes = 256
      info.minimumMajor = 2
      info.maximumMajor = 3
      Self.answer(connection, info)
      Self.answer(connection, BoardError(.version, detail: 2 << 8 | 3))
      var rest: UInt8 = 0
      _ = read(connection, &rest, 1)
      close(connection)
    }
  }

  deinit { close(listener) }

  /// Reads one request and answers it.
  private static func answer(_ connection: Int32, _ message: some WireMessage) {
    var request = [UInt8](repeating: 0, count: 4096)
    _ = read(connection, &request, request.count)
    guard case .frame(let header, _, _) = request.withUnsafeBytes({ FrameCodec.scan($0, maximumPayload: 4096) })
    else { return }
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[FrameLayout.headerBytes...]))
      try? message.write(to: &writer)
      let answer = FrameHeader(
        type: type(of: message).type.rawValue, session: 0, sequence: header.sequence, length: UInt32(writer.count))
      return (try? FrameCodec.seal(answer, in: buffer, packetBytes: 0)) ?? 0
    }
    _ = write(connection, bytes, count)
  }
}
