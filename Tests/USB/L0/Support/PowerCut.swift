import BoardCore
import BoardLink
import FixedPoint
import Testing

/// One place where power went, and what it left.
struct PowerCut: CustomStringConvertible {
  /// Counted from the beginning of the work.
  let operation: Int
  let kind: String
  let tear: Tear
  let survival: Survival
  /// Bytes written to slots before.
  let bytesWritten: Int
  let left: PageStorage

  var description: String { "cut at operation \(operation) (\(kind)), \(tear), \(survival) of the unflushed left" }

  /// Does some work over a good link on a copy of `storage` and, before each of its operations, shows `check` what a
  /// loss of power in the middle of it would leave.
  ///
  /// - Returns: how many operations there were.
  static func everywhere(
    in storage: PageStorage, _ profile: BoardProfile, _ tear: Tear, work: (BoardSession) throws -> Void,
    check: (PowerCut) throws -> Void
  ) throws -> Int {
    try everywhere(in: storage, profile, tear) { (board: MemoryBoard) in
      try work(try BoardSession(over: board))
    } check: {
      try check($0)
    }
  }

  /// The same for work that a host of its own does with the board.
  static func everywhere(
    in storage: PageStorage, _ profile: BoardProfile, _ tear: Tear, work: (MemoryBoard) throws -> Void,
    check: (PowerCut) throws -> Void
  ) throws -> Int {
    let board = MemoryBoard(storage: storage.afterLoss(.everything, seed: 0), profile: profile)
    return try watching(board.storage, tear, check) { try work(board) }
  }

  /// The same for the work that a start of the board itself does.
  static func everywhere(
    inStartFrom storage: PageStorage, _ profile: BoardProfile, _ tear: Tear, check: (PowerCut) throws -> Void
  ) throws -> Int {
    let copy = storage.afterLoss(.nothing, seed: 0)
    return try watching(copy, tear, check) { _ = MemoryBoard(storage: copy, profile: profile) }
  }

  private static func watching(
    _ storage: PageStorage, _ tear: Tear, _ check: (PowerCut) throws -> Void, _ work: () throws -> Void
  ) throws -> Int {
    let first = storage.operations
    let written = storage.bytesWritten
    var failure: (any Error)?
    try withoutActuallyEscaping(check) { check in
      storage.beforeOperation = { [unowned storage] operation in
        guard failure == nil else { return }
        let number = storage.operations - first
        // Each way for unflushed pages to survive has its turn.
        let survival = Survival.allCases[number % 3]
        let left = storage.afterLoss(during: operation, tear, survival, seed: UInt64(number))
        do {
          try check(
            PowerCut(
              operation: number, kind: operation.kind, tear: tear, survival: survival,
              bytesWritten: storage.bytesWritten - written, left: left))
        } catch {
          failure = error
          Issue.record("operation \(number) (\(operation.kind)), \(tear), \(survival): \(error)")
        }
      }
      defer { storage.beforeOperation = nil }
      try work()
    }
    if let failure { throw failure }
    return storage.operations - first
  }
}

extension PageOperation {
  var kind: String {
    switch self {
    case .erase: "erase"
    case .write: "write"
    case .flush: "flush"
    case .metadata: "metadata"
    }
  }
}
