namespace Gleaner.Torch;

/// <summary>Takes a training from step to step, saves its state now and then and when it is cancelled, and goes on where the newest saved state was.</summary>
sealed class TrainingLoop
{
    readonly int _totalSteps, _stepsPerEpoch;
    readonly Checkpoint? _checkpoint;
    readonly TimeSpan _saveEvery;
    readonly TimeProvider _time;
    readonly Func<int, double> _learningRate;

    /// <param name="totalSteps">Steps of the whole training.</param>
    /// <param name="stepsPerEpoch">Steps of a pass over the images.</param>
    /// <param name="learningRate">The rate of a step, from 0.</param>
    /// <param name="checkpoint">Where states are saved; null for nowhere.</param>
    /// <param name="saveEvery">Time between two savings.</param>
    /// <param name="time">For that, and for the time that steps took.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of other settings.</exception>
    public TrainingLoop(int totalSteps, int stepsPerEpoch, Func<int, double> learningRate, Checkpoint? checkpoint, TimeSpan saveEvery, TimeProvider time)
    {
        (_totalSteps, _stepsPerEpoch, _learningRate, _checkpoint, _saveEvery, _time) = (totalSteps, stepsPerEpoch, learningRate, checkpoint, saveEvery, time);
        Step = ResumedAt = checkpoint?.Load() ?? 0;
    }

    /// <summary>How many steps the checkpoint had made; 0 for a fresh run.</summary>
    public int ResumedAt { get; }

    /// <summary>The step that is made now, or next: from 0.</summary>
    public int Step { get; private set; }

    /// <summary>The pass over the images that it belongs to, from 0.</summary>
    public int Epoch => Step / _stepsPerEpoch;

    public double LearningRate => _learningRate(Step);

    /// <summary>Makes the steps that are left, one for each item that is asked for; yields what each returned and the seconds since the first of this call.</summary>
    /// <param name="step">Makes the step that <see cref="Step"/> says.</param>
    /// <param name="cancel">Looked at between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the state was saved first.</exception>
    public IEnumerable<(T Result, double Seconds)> Run<T>(Func<T> step, CancellationToken cancel)
    {
        long start = _time.GetTimestamp(), saved = start;
        while (Step < _totalSteps)
        {
            if (cancel.IsCancellationRequested)
            {
                _checkpoint?.Save(Step);
                cancel.ThrowIfCancellationRequested();
            }
            var result = step();
            if (++Step % 32 == 0) CollectionPause.CollectBetween();
            yield return (result, _time.GetElapsedTime(start).TotalSeconds);

            // After the caller has seen the step, so that whatever it writes of it is never behind the checkpoint.
            if (_checkpoint is not null && (Step == _totalSteps || _time.GetElapsedTime(saved) >= _saveEvery))
            {
                _checkpoint.Save(Step);
                saved = _time.GetTimestamp();
            }
        }
    }

    /// <summary>The loss of the step that is being made, if it is a number.</summary>
    /// <exception cref="ArithmeticException">It is none. The last checkpoint is from before.</exception>
    public double Checked(double loss) => double.IsFinite(loss) ? loss : throw new ArithmeticException(FormattableString.Invariant(
        $"The loss is {loss} at step {Step + 1} of {_totalSteps} (epoch {Epoch + 1}, learning rate {LearningRate}); expected a finite number. Use a lower learning rate{(_checkpoint is null ? "" : " and delete the checkpoints")}."));
}
