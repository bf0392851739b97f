import Mapper
import Networks
import Targets

extension MeshFamily {
  public func check(_ network: Network, on target: Target) throws(Misfit) {
    try Representability(of: network, on: target).check()
  }
}
