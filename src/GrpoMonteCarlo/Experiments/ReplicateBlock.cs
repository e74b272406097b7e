namespace GrpoMonteCarlo.Experiments;

/// <summary>The replicates of a range, which advance together: sample counts -> step -> new policy. Replicates are numbered from 0.</summary>
internal abstract class ReplicateBlock
{
    /// <summary>Update n of every replicate.</summary>
    /// <param name="n">From 1.</param>
    /// <param name="sums">Where the update is counted.</param>
    /// <param name="trajectories">Where it is recorded, if it is.</param>
    /// <param name="cancellation">Stops between two updates.</param>
    public abstract void Advance(int n, IterationSums sums, Trajectories? trajectories, CancellationToken cancellation);

    /// <summary>The logit of a replicate's success probability, of many prompts that of its mean.</summary>
    public abstract double LogitOf(int replicate);

    /// <summary>A replicate's chance of success, or of failure, with full relative accuracy.</summary>
    public abstract double ChanceOf(int replicate, bool ofSuccess);

    /// <summary>The cell's observables at iteration n, in their order.</summary>
    public virtual void Measure(int replicate, int n, Span<double> observables)
    {
    }
}
