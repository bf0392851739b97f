import ChipCatalog
import Mapper
import Targets
import Training

/// Seeks the largest hidden layer with which a model fits a target.
public struct HiddenLayerSearch {
  /// No search goes beyond: a target that takes more is no limit to the layer.
  public static let greatest = 4096

  private let request: TrainingRequest
  private let target: Target

  /// - Parameter request: its data, coding, target and bits of weights count.
  /// - Throws: `WorkflowError` without a target, as in floats.
  public init(_ request: TrainingRequest) throws {
    guard let target = request.target else {
      throw WorkflowError(.usage, "the layer auto is the largest that fits a target, and a float network has none")
    }
    (self.request, self.target) = (request, target)
  }

  /// The greatest number of neurons, 1 to `greatest`, for which the model fits.
  ///
  /// - Parameter model: the model with a layer of so many neurons.
  /// - Throws: why a layer of one neuron does not fit, where none does.
  public func largest(_ model: (Int) throws -> ModelDescription) throws -> Int {
    if let problem = try problem(model(1)) { throw problem }
    var fits = 1
    var misfit = Self.greatest + 1
    while misfit - fits > 1 {
      // At first by doubling: the mapping of what is far too large may take long.
      let tried = misfit > Self.greatest ? min(fits * 2, Self.greatest) : (fits + misfit) / 2
      if try problem(model(tried)) == nil { fits = tried } else { misfit = tried }
    }
    return fits
  }

  /// Why a model does not fit; nil where it does.
  private func problem(_ model: ModelDescription) throws -> (any Error)? {
    var request = request
    request.model = model
    do {
      guard let network = try request.prepared().filledNetwork() else { return nil }
      _ = try ChipCatalog.map(network, to: target)
    } catch let error as Misfit {
      return error
    } catch TrainingError.target(let key, let has, let needs) {
      // Sums of so many sources leave the accumulator.
      return TrainingError.target(key: key, has: has, needs: needs)
    }
    return nil
  }
}
