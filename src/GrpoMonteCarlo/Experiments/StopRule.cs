namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// When a cell is done, if not after a given number of replicates. Precision is looked at only after
/// <see cref="Experiment.Replicates"/>, twice, four times, ... as many replicates, and at last after <see cref="MaxReplicates"/>, so
/// that the datasets depend on nothing but the experiment. A time limit makes them depend on the machine: the datasets say how far each
/// cell came, and running again goes on.
/// </summary>
public sealed record StopRule
{
    /// <summary>Standard error of p at the last iteration that is small enough, positive; null for no such rule.</summary>
    public double? TargetStandardError { get; init; }

    /// <summary>Whether the target is a share of the mean of p.</summary>
    public bool IsRelative { get; init; }

    /// <summary>The most replicates of a cell that does not come to the target; given with a target only.</summary>
    public long? MaxReplicates { get; init; }

    /// <summary>Seconds that a cell may be simulated in one run, of all workers together; null for no limit.</summary>
    public double? TimeLimit { get; init; }

    /// <summary>Whether a cell is precise enough.</summary>
    /// <param name="last">The cell's last iteration.</param>
    public bool IsReached(CellSummary last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return TargetStandardError is { } target && last.PSe is { } error && error <= (IsRelative ? target * last.PMean : target);
    }
}

/// <summary>Why a cell has as many replicates as it has.</summary>
public enum StopReason
{
    /// <summary>They are as many as the experiment asks for.</summary>
    Replicates,

    /// <summary>The standard error is small enough.</summary>
    Precision,

    /// <summary>It is not, but they are the most that are allowed.</summary>
    MaxReplicates,

    /// <summary>The time limit came first.</summary>
    TimeLimit,
}
