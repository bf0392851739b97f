import BoardLink
import FixedPoint
import Images
import Signatures
import Testing
import WireProtocol

/// `BoardSession.rehearse` beside `flash`, on the same boards in memory.
@Suite struct RehearsalTests {
  /// What goes to a board.
  struct Attempt: CustomTestStringConvertible {
    var testDescription: String
    var board = TestBoard.active
    var slot: Int?
    var change: (inout [UInt8]) -> Void = { _ in }
    /// nil for none.
    var manifest: ((SignedImage) throws -> ImageManifest)?
  }

  static var attempts: [Attempt] {
    let (key, stranger) = (TestBoard.key ?? SigningKey(), SigningKey())
    func signed(_ change: @escaping (inout ImageManifest) -> Void = { _ in }) -> (SignedImage) throws -> ImageManifest {
      { image in
        var manifest = try ImageManifest.signed(image, with: key)
        change(&manifest)
        return manifest
      }
    }
    return [
      Attempt(testDescription: "fits"),
      Attempt(testDescription: "fits, in slot B", slot: 1),
      Attempt(testDescription: "into the active slot", slot: 0),
      Attempt(testDescription: "into a slot that is not there", slot: 7),
      Attempt(testDescription: "another target") { $0[40] ^= 1 },
      Attempt(testDescription: "another family") { $0[28] ^= 1 },
      Attempt(testDescription: "too large") { $0 += [UInt8](repeating: 0, count: 1 << 16) },
      Attempt(testDescription: "no image") { $0 = [1, 2, 3] },
      Attempt(testDescription: "unlocked, signed", manifest: signed()),
      Attempt(testDescription: "unlocked, other size", manifest: signed { $0.size += 1 }),
      Attempt(testDescription: "unlocked, other revision", manifest: signed { $0.leastHardwareRevision = 9 }),
      Attempt(testDescription: "locked, unsigned", board: .locked),
      Attempt(testDescription: "locked, signed", board: .locked, manifest: signed()),
      Attempt(
        testDescription: "locked, a stranger's", board: .locked,
        manifest: { try ImageManifest.signed($0, with: stranger) }),
    ]
  }

  @Test("A rehearsal finds the slot that a flash takes, or refuses with the same words", arguments: attempts.indices)
  func same(index: Int) throws {
    let attempt = Self.attempts[index]
    var image = try TestBoard.image(seed: 2)
    let signed = SignedImage(
      name: "test", family: UInt32(0x4853_454D), size: UInt64(image.count),
      digest: image.withUnsafeBytes { SHA256.digest(of: $0) })
    let manifest = try attempt.manifest?(signed)
    attempt.change(&image)
    let board = try attempt.board.board()
    let session = try BoardSession(over: board.link())
    let before = session.description.slots
    let rehearsal = Result {
      try image.withUnsafeBytes { try session.rehearse($0, slot: attempt.slot, manifest: manifest) }
    }
    #expect(try session.refresh().slots == before)
    let flash = Result { try image.withUnsafeBytes { try session.flash($0, slot: attempt.slot, manifest: manifest) } }
    switch (rehearsal, flash) {
    case (.success(let rehearsal), .success(let flash)):
      #expect(rehearsal.slot == flash.slot && rehearsal.bytesToSend == flash.bytesSent && !rehearsal.isActive)
      let again = try image.withUnsafeBytes { try session.rehearse($0, slot: flash.slot, manifest: manifest) }
      #expect(again.state == .verified && again.bytesToSend == 0 && again.isActive)
    case (.failure(let rehearsal), .failure(let flash)):
      #expect(rehearsal as? BoardLinkError == flash as? BoardLinkError)
    default: Issue.record("the rehearsal gives \(rehearsal), the flash \(flash)")
    }
  }

  @Test("Every refusal of a board is one line that says what to do")
  func explanations() {
    for code in BoardErrorCode.allCases {
      for detail in UInt32(0)...9 {
        for request in [MessageType.begin, .provision] {
          let text = BoardError(code, detail: detail).explanation(of: request)
          #expect(!text.contains("\n"))
          // After what is the matter stands what to do; a version and two hosts say it in other words.
          if code != .version && code != .twoHosts {
            #expect(text.contains(";") || text.contains("repeat"), "\(text)")
          }
        }
      }
    }
  }
}
