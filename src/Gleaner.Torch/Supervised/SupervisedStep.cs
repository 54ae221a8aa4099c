namespace Gleaner.Torch;

/// <summary>What one optimiser step reports.</summary>
/// <param name="Step">Which step it was, from 1.</param>
/// <param name="TotalSteps">How many there will be.</param>
/// <param name="Epoch">Which pass over the images it belongs to, from 1.</param>
/// <param name="EndsEpoch">Whether it was the last of its pass, or of all: the moment to evaluate.</param>
/// <param name="Loss">The batch's mean cross entropy before the step.</param>
/// <param name="Accuracy">The share of the batch's views that were classified rightly before the step.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="ImagesPerSecond">Images a second, since this process began to train.</param>
public readonly record struct SupervisedStep(int Step, int TotalSteps, int Epoch, bool EndsEpoch, double Loss, double Accuracy, double LearningRate, double ImagesPerSecond);
