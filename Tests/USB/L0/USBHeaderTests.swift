import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The C header of the protocol, which is written from the Swift definitions.
@Suite struct USBHeaderTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
  private static let path = root + "/firmware-protocol/include/snnmap_protocol.h"

  @Test("The shipped C header is the one that the Swift definitions give (tools/protocol-header writes it)")
  func isUpToDate() throws {
    let text = ProtocolHeader.text
    if getenv("SNNMAP_WRITE_HEADER") != nil {
      try FileManager.default.createDirectory(
        atPath: Self.root + "/firmware-protocol/include", withIntermediateDirectories: true)
      try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
      print("wrote firmware-protocol/include/snnmap_protocol.h")
    }
    let shipped = try String(contentsOfFile: Self.path, encoding: .utf8)
    #expect(shipped == text, "run tools/protocol-header")
  }

  @Test("Every message type is a struct or says everything by its type")
  func completeness() {
    let withStruct = Set(ProtocolStructs.messages.map(\.type))
    let empty: Set<MessageType> = [
      .getInfo, .getStatus, .abort, .abortAnswer, .rollback, .reset, .clear, .clearAnswer, .stats,
    ]
    for type in MessageType.allCases { #expect(withStruct.contains(type) != empty.contains(type), "\(type)") }
    #expect(fuzzedMessages.count == MessageType.allCases.count, "a message that is not fuzzed")
  }

  @Test("A C program with the header reads the same out of every test vector, record and manifest as the Swift code")
  func program() throws {
    guard let compiler = ["clang", "gcc", "cc"].first(where: { shell("command -v \($0) >/dev/null") == 0 }) else {
      print("skipped: no C compiler; THE C HEADER WAS NOT COMPILED")
      return
    }
    var readings: [Reading] = []
    for vector in FuzzSeeds.vectors(folder: Self.root + "/firmware-protocol/vectors") {
      readings += Reading.readings(ofFrame: vector)
    }
    #expect(readings.count > 80)
    readings += try Reading.ofMetadata() + [Reading.ofManifest()]
    let folder = try #require(makeFolder())
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try CProgram.text(readings).write(toFile: folder + "/program.c", atomically: true, encoding: .utf8)
    let command =
      "cd \(folder) && \(compiler) -std=c99 -Wall -Wextra -Werror -pedantic -I\(Self.root)/firmware-protocol/include "
      + "program.c -o program >messages 2>&1 && ./program >output"
    let status = shell(command)
    let messages = (try? String(contentsOfFile: folder + "/messages", encoding: .utf8)) ?? ""
    try #require(status == 0, "\(messages)")
    let output = try String(contentsOfFile: folder + "/output", encoding: .utf8).split(separator: "\n")
    let expected = readings.flatMap(\.lines)
    #expect(output.count == expected.count)
    for (line, wanted) in zip(output, expected) { #expect(line == wanted) }
    print("\(compiler) read \(expected.count) fields of \(readings.count) structs")
  }

  private func shell(_ command: String) -> Int32 { system(command) }

  private func makeFolder() -> String? {
    var template = Array("/tmp/snnmap-header-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
