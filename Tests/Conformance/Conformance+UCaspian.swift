import Testing
import UCaspianChip

extension Conformance {
  @Test("Every recording of uCaspian is reproduced: all bytes answered, and all charges")
  func uCaspian() throws {
    guard let folder = GoldenFolder.find("ucaspian") else { return }
    try folder.replayAll { file in
      var core = UCaspianMachine()
      var answer: [UInt8]?
      for (number, words) in try RecordedLines(folder, file).lines where words[0] != "#" {
        switch words[0] {
        case ">":
          answer = try core.receive(try words.dropFirst().map { try RecordedLines.number($0) })
        case "<":
          let expected: [UInt8] = try words.dropFirst().map { try RecordedLines.number($0) }
          guard answer == expected else {
            throw GoldenMismatch(description: "line \(number): answered \(answer ?? []), not \(expected)")
          }
        case "D":
          guard core.charges.map({ UInt16(bitPattern: $0).hex(4) }).joined() == words[1] else {
            throw GoldenMismatch(description: "line \(number): other charges")
          }
        default: throw GoldenMismatch(description: "line \(number): \(words[0]) is no known kind of line")
        }
      }
    }
  }
}
