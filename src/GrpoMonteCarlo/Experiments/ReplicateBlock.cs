using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

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

    /// <summary>
    /// The probability that groups are drawn with. Coupled cells succeed where the uniform is small, whichever outcome is the rarer one.
    /// </summary>
    protected static RareProbability Drawn(Cell cell, RareProbability q, bool rewardIsRare) =>
        q with { IsAtUpperEnd = cell.Coupling != Coupling.None && !rewardIsRare };

    /// <summary>Adds the terms of the certificate, at the probability that was sampled (theory.md section 6).</summary>
    /// <param name="problem">The cell.</param>
    /// <param name="sums">What is added to.</param>
    /// <param name="draws">The groups of one update of one policy.</param>
    /// <param name="sum">What the estimator sums over them.</param>
    /// <param name="p">True success probability.</param>
    /// <param name="oneMinusP">Its complement.</param>
    protected static void AddTerms(CellProblem problem, IterationSums sums, GroupDraws draws, double sum, double p, double oneMinusP)
    {
        GroupMoments moments = problem.Theory.Terms.MomentsAt(p, oneMinusP);
        long groups = draws.Certified;
        sums.AddUpdate(
            ScaledInteger.Round(sum, problem.Quanta.Term),
            ScaledInteger.Round(groups * moments.MeanPhi, problem.Quanta.Term),
            ScaledInteger.Round(groups * moments.VariancePhi, problem.Quanta.TermSquared),
            ScaledInteger.Round(groups * moments.Informative, Quanta.Informative),
            draws.Drawn,
            draws.Degenerate);
    }
}
