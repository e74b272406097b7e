using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Progress;

/// <summary>How far a run has come. Written by the run, read by whoever shows it.</summary>
internal sealed class RunProgress(Workload workload)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private int _cellsDone;
    private double _rollouts = workload.Plan.Cells
        .Select((cell, i) => RolloutsOf(workload.Plan, cell, workload.SegmentsOf(i).FirstOrDefault().Count))
        .Sum();

    private double _rolloutsBefore;
    private double _rolloutsDone;
    private double _rolloutsSimulated;
    private double? _largestStepZ;

    public int Cells { get; } = workload.Plan.Cells.Count;

    public int CellsDone => Volatile.Read(ref _cellsDone);

    /// <summary>Rollouts of the workload as far as it is known, of dynamic sampling those that every update draws first.</summary>
    public double Rollouts => Volatile.Read(ref _rollouts);

    /// <summary>Of <see cref="Rollouts"/>, those that need no more simulating, those of earlier runs included.</summary>
    public double RolloutsDone => _rolloutsBefore + _rolloutsDone;

    /// <summary>Rollouts simulated by this process, all that were drawn.</summary>
    public double RolloutsSimulated => Volatile.Read(ref _rolloutsSimulated);

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Time spent on saving, of one thread while others simulate.</summary>
    public TimeSpan Saving { get; private set; }

    /// <summary>Rollouts a second, of this process.</summary>
    public double Rate => RolloutsSimulated / Math.Max(Elapsed.TotalSeconds, 1e-3);

    /// <summary>Null until something has been simulated.</summary>
    public TimeSpan? TimeLeft => _rolloutsDone > 0
        ? TimeSpan.FromSeconds(Math.Min((Rollouts - RolloutsDone) / _rolloutsDone * Elapsed.TotalSeconds, 1e9))
        : null;

    /// <summary>Largest |step_z| of the cells finished so far.</summary>
    public double? LargestStepZ => _largestStepZ;

    public void CellDone(double? largestStepZ)
    {
        if (largestStepZ is { } z && !(z <= _largestStepZ))
        {
            _largestStepZ = z;
        }

        Interlocked.Increment(ref _cellsDone);
        RunMetrics.Cells.Add(1);
    }

    /// <summary>A piece of a cell is begun, some of which may be there from an earlier run.</summary>
    public void Begun(Cell cell, bool isFirst, long replicates, long missing)
    {
        _rolloutsBefore += RolloutsOf(workload.Plan, cell, replicates - missing);
        if (!isFirst)
        {
            Volatile.Write(ref _rollouts, _rollouts + RolloutsOf(workload.Plan, cell, replicates));
        }
    }

    public void Simulated(Cell cell, RangeSums sums)
    {
        _rolloutsDone += RolloutsOf(workload.Plan, cell, sums.Replicates);
        _rolloutsSimulated += (double)sums.Groups * cell.GroupSize;
        RunMetrics.Rollouts.Add(sums.Groups * cell.GroupSize);
        RunMetrics.Groups.Add(sums.Groups);
        RunMetrics.Updates.Add(sums.Replicates * sums.Iterations * cell.PromptsPerUpdate);
    }

    /// <summary>Finished ranges were saved.</summary>
    public void Saved(TimeSpan took)
    {
        Saving += took;
        RunMetrics.Checkpoints.Record(took.TotalSeconds);
    }

    // As planned: what dynamic sampling draws beyond M groups is in the datasets only.
    private static double RolloutsOf(Plan plan, Cell cell, long replicates) =>
        (double)cell.RolloutsPerUpdate * cell.PromptsPerUpdate * plan.Experiment.Iterations * replicates;
}
