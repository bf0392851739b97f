import Mapper
import MeshChip
import Networks
import Targets
import TestSupport
import Testing

@Suite("Invariants of mappings")
struct InvariantTests {
  /// How many of the networks were mapped; the others do not fit a budget.
  private func mapped(
    _ seeds: Range<UInt64>, _ target: (UInt64) -> Target, _ options: (Target) -> RandomOptions
  ) throws -> (mapped: Int, cores: Int) {
    var count = 0
    var cores = 0
    for seed in seeds {
      let target = target(seed)
      let network = RandomNetwork.make(seed: seed, options: options(target)).network
      do {
        let mapping = try MeshFamily().map(network, to: target)
        do {
          try mapping.checkInvariants(of: network)
        } catch {
          Issue.record("seed \(seed) on \(target.name): \(error)")
        }
        count += 1
        cores += mapping.cores.count
      } catch let misfit as Misfit {
        // A refusal is an answer, as long as it is about this target.
        #expect(misfit.target == target.name)
      }
    }
    return (count, cores)
  }

  @Test("every synapse of 150 random networks is on the board once")
  func onBoard() throws {
    let result = try mapped(0..<150, { _ in TestTargets.board }, { _ in .mesh })
    #expect(result.mapped > 90)
  }

  @Test("networks over everything a target represents keep its budgets on 300 random targets")
  func onRandomTargets() throws {
    let result = try mapped(1000..<1300, RandomTarget.make(seed:), RandomOptions.representable(on:))
    #expect(result.mapped > 100)
    #expect(result.cores > result.mapped)
  }

  @Test("wide weights and membranes of 100 random networks are exact on one core without limits")
  func onSim() throws {
    let result = try mapped(5000..<5100, { _ in TestTargets.sim }) { target in
      var options = RandomOptions.representable(on: target)
      options.weightBits = [8, 12, 16, 20]
      options.constantBits = 32
      return options
    }
    #expect(result.mapped > 50)
  }

  @Test("small cores cut 60 random networks into many")
  func onSmallCores() throws {
    let small = TestTargets.changed {
      $0.budgets.neuronsPerCore = 5
      $0.budgets.axonsPerCore = 60
      $0.budgets.routesPerCore = 70
      $0.budgets.synapseBytesPerCore = 200
    }
    let result = try mapped(9000..<9060, { _ in small }, { _ in .mesh })
    #expect(result.mapped > 20)
    #expect(result.cores > 3 * result.mapped)
  }
}
