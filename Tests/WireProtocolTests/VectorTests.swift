import FixedPoint
import Testing
import WireProtocol

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct VectorTests {
  private static let files = ["errors.txt", "flash.txt", "run.txt", "session.txt", "signature.txt", "stream.txt"]

  private static var folder: String {
    let here = #filePath.split(separator: "/").dropLast(3)
    return "/" + here.joined(separator: "/") + "/firmware-protocol/vectors"
  }

  @Test("The test vectors mean what they say, and their messages are written back byte for byte")
  func replay() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted() == Self.files)
    var vectors = 0
    for file in Self.files {
      let text = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
      var bytes: [UInt8] = []
      for line in text.split(separator: "\n") {
        if line.hasPrefix("hex: ") {
          let digits = Array(line.dropFirst(5).utf8)
          for index in stride(from: 0, to: digits.count, by: 2) {
            bytes.append(
              try #require(UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)))
          }
        } else if line.hasPrefix("meaning: ") {
          #expect(meaning(of: bytes) == line.dropFirst(9), "\(file)")
          bytes.removeAll()
          vectors += 1
        }
      }
    }
    #expect(vectors == 82)
    print("replayed \(Self.files.count) files")
  }
}
