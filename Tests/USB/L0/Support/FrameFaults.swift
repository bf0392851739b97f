import FixedPoint
import WireProtocol

/// What a bad link does to one frame.
enum FrameFault: String, CaseIterable, Sendable {
  case drop, duplicate, reorder, delay, repeatLater, cutHeader, cutPayload, cutLastByte, flipHeader, flipLength,
    flipPayload, garbageBefore, garbageInstead
}

enum LinkDirection: Int, CaseIterable, Sendable {
  case toBoard, toHost
}

/// A link that treats frames as planned, or by chance.
struct FrameFaults {
  /// Faults by the frame's number, counted from 0 in its direction.
  var planned: [[Int: FrameFault]] = [[:], [:]]
  /// The chance of some fault for each frame, of 256.
  var chance: UInt32 = 0
  var random: RandomStream
  /// Without faults or a record frames pass unseen and uncounted.
  var isWatching = false
  /// Whether `sent` is kept.
  var recordsFrames = false
  /// Every frame that went to the board, as the host sent it.
  private(set) var sent: [[UInt8]] = []
  private(set) var passed = [0, 0]
  private(set) var faults = 0
  private var held: [[(frames: Int, bytes: [UInt8])]] = [[], []]

  /// A good link.
  init() {
    random = RandomStream(seed: 0, stream: 0)
  }

  /// A link that counts frames and treats them as it is told.
  init(seed: UInt64) {
    isWatching = true
    random = RandomStream(seed: seed, stream: 0x6C69_6E6B)
  }

  /// The link is a good one from here; what is held back is lost.
  mutating func repair() {
    planned = [[:], [:]]
    chance = 0
    held = [[], []]
  }

  /// Treats whole frames, as both sides hand them over here.
  mutating func pass(_ bytes: UnsafeRawBufferPointer, _ direction: LinkDirection) -> [UInt8] {
    guard isWatching else { return Array(bytes) }
    var result: [UInt8] = []
    var rest = bytes
    while case .frame(_, _, let total) = FrameCodec.scan(rest, maximumPayload: FrameLayout.greatestPayload) {
      let frame = Array(rest[rest.startIndex..<rest.startIndex + total])
      rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      if recordsFrames && direction == .toBoard { sent.append(frame) }
      result += pass(frame, direction.rawValue)
    }
    return result + Array(rest)
  }

  /// What was held back.
  mutating func release(_ direction: LinkDirection) -> [UInt8] {
    defer { held[direction.rawValue].removeAll() }
    return held[direction.rawValue].flatMap(\.bytes)
  }

  private mutating func pass(_ frame: [UInt8], _ way: Int) -> [UInt8] {
    var fault = planned[way][passed[way]]
    passed[way] += 1
    if fault == nil && chance > 0 && random.below(256) < chance {
      fault = FrameFault.allCases[Int(random.below(UInt32(FrameFault.allCases.count)))]
    }
    var result: [UInt8] = []
    if let fault {
      faults += 1
      result = damaged(frame, fault, way)
    } else {
      result = frame
    }
    let due = held[way].filter { $0.frames == 0 }
    held[way] = held[way].compactMap { $0.frames == 0 ? nil : ($0.frames - 1, $0.bytes) }
    return result + due.flatMap(\.bytes)
  }

  private mutating func damaged(_ frame: [UInt8], _ fault: FrameFault, _ way: Int) -> [UInt8] {
    var frame = frame
    func flip(_ range: Range<Int>) {
      frame[range.lowerBound + Int(random.below(UInt32(range.count)))] ^= UInt8(1) << UInt8(random.below(8))
    }
    switch fault {
    case .drop: return []
    case .duplicate: return frame + frame
    // Kept back until the next frame has passed, or three more.
    case .reorder: held[way].append((1, frame))
    case .delay: held[way].append((3, frame))
    case .repeatLater:
      held[way].append((3, frame))
      return frame
    case .cutHeader: return Array(frame.prefix(1 + Int(random.below(31))))
    case .cutPayload: return Array(frame.prefix(32 + Int(random.below(UInt32(frame.count - 31)))))
    case .cutLastByte: return Array(frame.dropLast())
    case .flipHeader: flip(0..<32)
    case .flipLength: flip(16..<20)
    case .flipPayload: flip(frame.count > 32 ? 32..<frame.count : 24..<28)
    case .garbageBefore: return noise() + frame
    case .garbageInstead: return noise()
    }
    return fault == .reorder || fault == .delay ? [] : frame
  }

  /// Some bytes, often with the beginning of a frame among them.
  private mutating func noise() -> [UInt8] {
    let start: [UInt8] = random.below(2) == 0 ? [0x53, 0x4E, 0x4D, 0x31] : []
    return start + (0..<Int(random.below(70))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
