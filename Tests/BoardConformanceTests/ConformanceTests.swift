import BoardConformance
import BoardLink
import Testing
import WireProtocol

@Suite struct ConformanceTests {
  static var faults: [Fault] {
    Fault.frames + Fault.sessions + Fault.infos + Fault.flashing + Fault.slots + Fault.signatures + Fault.running
      + Fault.restarts
  }

  @Test("A board of this project passes every check that it does not skip", arguments: TestBoard.allCases)
  func allPass(kind: TestBoard) throws {
    for result in try kind.results(ConformanceCheck.all) {
      if case .failed(let what) = result.verdict { Issue.record("\(result.section): \(result.rule): \(what)") }
    }
  }

  @Test("Between them the boards skip nothing")
  func nothingIsSkippedEverywhere() throws {
    var passed: Set<String> = []
    for kind in TestBoard.allCases {
      for result in try kind.results(ConformanceCheck.all) where result.verdict == .passed {
        passed.insert(result.rule)
      }
    }
    for check in ConformanceCheck.all { #expect(passed.contains(check.rule), "\(check.rule)") }
  }

  @Test("For every rule there is a board that breaks it, and its check fails", arguments: faults.indices)
  func broken(index: Int) throws {
    let fault = Self.faults[index]
    let checks = ConformanceCheck.all.filter { $0.rule.hasPrefix(fault.rule) }
    try #require(checks.count == 1, "\(fault.rule)")
    let result = try #require(try fault.board.results(checks, fault, timeout: .milliseconds(40)).first)
    guard case .failed = result.verdict else {
      Issue.record("\(result.rule): \(result.verdict)")
      return
    }
  }

  @Test("Every rule is told once, and is broken by one board of these tests")
  func rules() {
    let rules = ConformanceCheck.all.map(\.rule)
    #expect(Set(rules).count == rules.count)
    for rule in rules { #expect(Self.faults.contains { rule.hasPrefix($0.rule) }, "\(rule)") }
    #expect(Self.faults.count == rules.count)
  }

  @Test("A request that a serial line damages once is sent anew; where each one is, or the link is no line, it fails")
  func lineDamage() throws {
    let checks = ConformanceCheck.all.filter { $0.section == .flashing }
    /// A link that damages the headers of some WRITEs.
    func verdicts(
      on board: TestBoard, _ address: DeviceAddress, every: Bool
    ) throws -> [ConformanceResult.Verdict] {
      var damaged = 0
      var fault = Fault(board: board)
      fault.address = address
      fault.incoming = { bytes, _ in
        guard bytes.count > 32, bytes[6] == MessageType.write.rawValue, every || damaged == 0 else { return bytes }
        damaged += 1
        var bytes = bytes
        bytes[9] ^= 4
        return bytes
      }
      let results = try board.results(checks, fault, timeout: .milliseconds(100))
      #expect(damaged > 0)
      return results.map(\.verdict)
    }
    func failures(_ verdicts: [ConformanceResult.Verdict]) -> Int {
      verdicts.count { if case .failed = $0 { true } else { false } }
    }
    let line = DeviceAddress.serial(path: "memory")
    #expect(failures(try verdicts(on: .active, line, every: false)) == 0)
    #expect(failures(try verdicts(on: .active, line, every: true)) > 3)
    #expect(failures(try verdicts(on: .active, .socket(path: "memory"), every: false)) == 1)
    #expect(failures(try verdicts(on: .packets, .usb(serial: "memory"), every: false)) == 1)
  }

  @Test("Without consent the board keeps what it holds, and what needs consent is skipped")
  func consent() throws {
    let board = try TestBoard.active.board()
    let before = try BoardSession(over: board.link())
    let held = before.description
    before.close()
    let run = try ConformanceRun(options: ConformanceOptions(timeout: .seconds(20))) {
      () throws(BoardLinkError) in board.link()
    }
    let results = run.results()
    let after = try BoardSession(over: board.link())
    #expect(after.description.slots == held.slots && after.description.activeSlot == held.activeSlot)
    #expect(after.description.bootIdentifier == held.bootIdentifier)
    let skipped = results.filter { if case .skipped = $0.verdict { true } else { false } }
    #expect(skipped.contains { $0.section == .restart } && skipped.contains { $0.section == .slots })
    #expect(results.allSatisfy { if case .failed = $0.verdict { false } else { true } })
  }
}
