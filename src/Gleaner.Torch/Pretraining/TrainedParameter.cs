using TorchSharp.Modules;

namespace Gleaner.Torch;

/// <summary>Something an optimiser moves.</summary>
/// <param name="Name">Its name, which stays the same from run to run.</param>
/// <param name="Value">The parameter.</param>
/// <param name="Scheduled">False: it is moved at the highest learning rate throughout.</param>
public sealed record TrainedParameter(string Name, Parameter Value, bool Scheduled = true);
