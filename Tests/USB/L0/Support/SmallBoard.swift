import BoardCore
import BoardLink

/// A board of small frames and slots, and two images for it.
enum SmallBoard {
  static let old = ProbeImage(bytes: 3000, seed: 1)
  static let new = ProbeImage(bytes: 9000, seed: 2)

  static let profile: BoardProfile = {
    var profile = MemoryBoard.profile(slotBytes: 1 << 14, chunkBytes: 512)
    profile.stepBytes = 4096
    profile.checkpointBytes = 2048
    profile.eraseMilliseconds = 0
    profile.commitMilliseconds = 0
    return profile
  }()

  /// Short waits: what is lost is lost at once in this process.
  static let options = LinkOptions(
    timeout: .milliseconds(2), attempts: 6, reconnectTime: .zero, margin: .milliseconds(2))

  /// A board on which the old image is active and confirmed.
  static func make() throws -> MemoryBoard {
    let board = MemoryBoard(profile: profile)
    try BoardSession(over: board).flash(old)
    return board
  }
}
