namespace Gleaner.Torch;

/// <summary>What one optimiser step reports.</summary>
/// <param name="Step">Which step it was, from 1.</param>
/// <param name="TotalSteps">How many there will be.</param>
/// <param name="Epoch">Which pass over the pool it belongs to, from 1.</param>
/// <param name="Loss">The batch's loss before the step.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="ImagesPerSecond">Images (two views each) a second, since this process began to train.</param>
public readonly record struct PretrainingStep(int Step, int TotalSteps, int Epoch, double Loss, double LearningRate, double ImagesPerSecond);
