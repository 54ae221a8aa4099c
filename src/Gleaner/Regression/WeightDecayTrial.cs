namespace Gleaner;

/// <summary>One weight decay of the grid, tried on training images that the fit did not see.</summary>
/// <param name="WeightDecay">lambda, in mean loss + lambda / 2 |W|^2.</param>
/// <param name="ValidationAccuracy">The share of the held-out images named rightly; null if none could be held out.</param>
/// <param name="ValidationLoss">Their mean -log p(class), in nats; null if none could be held out.</param>
/// <param name="Iterations">L-BFGS iterations, over all folds, from the fit at the next larger weight decay on.</param>
/// <param name="Converged">Whether every fold's fit converged.</param>
public sealed record WeightDecayTrial(double WeightDecay, double? ValidationAccuracy, double? ValidationLoss, int Iterations, bool Converged);
