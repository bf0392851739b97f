extension UCaspianMachine {
  /// Executes one step and calls `onFire` with each neuron that fires, ascending, and whether the host is told of it.
  mutating func step(_ onFire: (_ neuron: UInt8, _ tellsHost: Bool) -> Void) {
    time &+= 1
    if !isQuiet { integrate(onFire) }
    deliver()
  }

  private mutating func integrate(_ onFire: (_ neuron: UInt8, _ tellsHost: Bool) -> Void) {
    isQuiet = true
    // First all sums, without a branch, then the few that pass.
    var fired = InlineArray<4, UInt64>(repeating: 0)
    charges.withUnsafeMutableBufferPointer { charges in
      arrived.withUnsafeMutableBufferPointer { arrived in
        thresholds.withUnsafeBufferPointer { thresholds in
          for index in 0..<Self.neuronCount {
            let sum = Int32(charges[index]) &+ Int32(arrived[index])
            arrived[index] = 0
            let fires = sum > Int32(thresholds[index])
            // Saturates: −32768 − 5 stays −32768. The greatest is a threshold.
            charges[index] = fires ? 0 : Int16(truncatingIfNeeded: max(sum, -32768))
            fired[index &>> 6] |= UInt64(fires ? 1 : 0) &<< UInt64(index & 63)
          }
        }
      }
    }
    for word in 0..<4 {
      var rest = fired[word]
      while rest != 0 {
        let index = word &<< 6 | rest.trailingZeroBitCount
        rest &= rest &- 1
        deliveries[(Int(time & 15) &+ Int(delays[index])) & 15].append(UInt8(truncatingIfNeeded: index))
        onFire(UInt8(truncatingIfNeeded: index), tellsHost[index])
      }
    }
  }

  private mutating func deliver() {
    let slot = Int(time & 15)
    guard !deliveries[slot].isEmpty else { return }
    isQuiet = false
    arrived.withUnsafeMutableBufferPointer { arrived in
      weights.withUnsafeBufferPointer { weights in
        targets.withUnsafeBufferPointer { targets in
          for index in deliveries[slot] {
            let first = Int(firstSynapses[Int(index)])
            for synapse in first..<first &+ Int(synapseCounts[Int(index)]) {
              let place = synapse & (Self.synapseCount - 1)
              arrived[Int(targets[place])] &+= Int16(weights[place])
            }
          }
        }
      }
    }
    deliveries[slot].removeAll(keepingCapacity: true)
  }
}
