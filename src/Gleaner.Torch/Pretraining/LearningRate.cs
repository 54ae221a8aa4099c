namespace Gleaner.Torch;

/// <summary>Linear warm-up, then half a cosine to 0 (Loshchilov and Hutter 2016, arXiv:1608.03983, without restarts) or a constant.</summary>
static class LearningRate
{
    /// <summary>The rate of step <paramref name="step"/>, from 0.</summary>
    public static double At(int step, int totalSteps, double highest, double warmupShare, LearningRateSchedule schedule = LearningRateSchedule.Cosine)
    {
        int warmup = (int)Math.Round(totalSteps * warmupShare);
        if (step < warmup) return highest * (step + 1) / warmup;
        if (schedule == LearningRateSchedule.Constant) return highest;
        return highest * 0.5 * (1 + Math.Cos(Math.PI * (step - warmup) / Math.Max(1, totalSteps - warmup)));
    }
}
