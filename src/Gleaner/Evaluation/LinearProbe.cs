namespace Gleaner;

/// <summary>
/// How well classes can be told apart by a hyperplane each in frozen features: multinomial logistic regression by L-BFGS on features that are
/// standardised with the training images' mean and standard deviation. The weight decay is chosen on held-out training images, and the fit is repeated on
/// all of them with the chosen one. Test images are looked at once, at the end. About O(n d K) an iteration.
/// </summary>
public static class LinearProbe
{
    /// <summary>Learns from <paramref name="training"/> and names <paramref name="test"/>.</summary>
    /// <exception cref="ArgumentException">Fewer than two classes to learn, rows of different dimensions, or a test label that no training image has.</exception>
    public static LinearProbeResult Evaluate(LabeledRows training, LabeledRows test, LinearProbeOptions? options = null,
        IProgress<LinearProbeStep>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new LinearProbeOptions();
        options.Check();
        var classes = LatentPartition.FromLabels(training.Labels.Span);
        if (classes.Classes < 2) throw new ArgumentException($"All training images have label {classes.Labels[0]}; expected at least two classes.", nameof(training));
        int[] testClasses = test.ClassesAmong(training, classes);

        double[] decays = [.. options.WeightDecays.Distinct().Order()];
        int[] all = [.. Enumerable.Range(0, training.Count)];
        var folds = ValidationFolds.Deal(Array.ConvertAll(all, classes.ClassOf), classes.Classes, options.Folds, options.ValidationShare, options.Seed);
        int heldOut = folds.Sum(fold => fold.HeldOut.Length), fits = folds.Count * decays.Length + 1;
        var (trials, chosen, start) = heldOut > 0 ? Choose(training, classes, decays, folds, options, progress, cancel)
            : (Array.ConvertAll(decays, decay => new WeightDecayTrial(decay, null, null, 0, true)), decays.Length / 2, null);
        var final = LinearFit.Of(training.Features, all, Array.ConvertAll(all, classes.ClassOf), classes.Classes, Standardization.Of(training.Features, all), decays[chosen], start, options.Fit,
            (iteration, value, gradient) => progress?.Report(new LinearProbeStep(fits - 1, fits, decays[chosen], iteration, value, gradient)), cancel);

        var (trained, _) = final.Judge(training.Features, all, Array.ConvertAll(all, classes.ClassOf), options.Threads, cancel);
        var (tested, _) = final.Judge(test.Features, [.. Enumerable.Range(0, test.Count)], testClasses, options.Threads, cancel);
        var result = new LinearProbeResult
        {
            Test = ProbeScore.Of(classes.Labels, testClasses, tested),
            TrainingAccuracy = trained.Count(place => place == 0) / (double)training.Count,
            TrainingImages = training.Count,
            ValidationImages = heldOut,
            Dimension = training.Dimension,
            WeightDecay = decays[chosen],
            IsAtGridEdge = decays.Length > 1 && (chosen == 0 || chosen == decays.Length - 1),
            Grid = trials,
            Iterations = final.Iterations,
            Converged = final.Converged,
            Remarks = [],
        };
        return result with { Remarks = Remarks(result, options) };
    }

    // The weight decay with the highest accuracy on held-out images; among equals the one with the least loss there, then the largest.
    static (WeightDecayTrial[] Trials, int Chosen, double[]? Start) Choose(LabeledRows training, LatentPartition classes, double[] decays,
        List<(int[] Fit, int[] HeldOut)> folds, LinearProbeOptions options, IProgress<LinearProbeStep>? progress, CancellationToken cancel)
    {
        int heldOut = folds.Sum(fold => fold.HeldOut.Length), fit = 0, fits = folds.Count * decays.Length + 1;
        int[] correct = new int[decays.Length], iterations = new int[decays.Length];
        var losses = new double[decays.Length];
        var converged = new bool[decays.Length];
        var solutions = new double[decays.Length][];
        Array.Fill(converged, true);
        foreach (var (fitted, kept) in folds)
        {
            int[] keptClasses = Array.ConvertAll(kept, classes.ClassOf);
            int at = decays.Length;
            foreach (var found in LinearFit.OnTheWay(training.Features, fitted, Array.ConvertAll(fitted, classes.ClassOf), classes.Classes, Standardization.Of(training.Features, fitted), decays.Reverse(), null, options.Fit,
                (decay, iteration, value, gradient) => progress?.Report(new LinearProbeStep(fit, fits, decay, iteration, value, gradient)), cancel))
            {
                var (places, loss) = found.Judge(training.Features, kept, keptClasses, options.Threads, cancel);
                at--;
                correct[at] += places.Count(place => place == 0);
                losses[at] += loss;
                iterations[at] += found.Iterations;
                converged[at] &= found.Converged;
                solutions[at] = found.Parameters;
                fit++;
            }
        }
        int chosen = decays.Length - 1;
        for (int g = chosen - 1; g >= 0; g--)
            if (correct[g] > correct[chosen] || correct[g] == correct[chosen] && losses[g] < losses[chosen]) chosen = g;
        var trials = decays.Select((decay, g) => new WeightDecayTrial(decay, (double)correct[g] / heldOut, losses[g] / heldOut, iterations[g], converged[g]));
        return ([.. trials], chosen, solutions[chosen]);
    }

    static List<string> Remarks(LinearProbeResult result, LinearProbeOptions options)
    {
        var remarks = new List<string>();
        if (!result.IsChosenByValidation) remarks.Add($"No class has two training images, so none could be held out: weight decay {result.WeightDecay:g3} is the middle of the grid, not a choice.");
        else if (result.IsAtGridEdge) remarks.Add($"Weight decay {result.WeightDecay:g3} is the {(result.WeightDecay == result.Grid[0].WeightDecay ? "smallest" : "largest")} of the grid; one beyond it may do better.");
        if (!result.Converged) remarks.Add($"The final fit has not converged after {result.Iterations} of at most {options.MaxIterations} iterations.");
        return remarks;
    }
}
