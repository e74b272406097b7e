using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Simulates ranges of replicates: sample counts -> step -> new policy, iteration by iteration, the range's replicates side by side.
/// One for each worker; the loops over replicates allocate nothing.
/// </summary>
public sealed class CellSimulator
{
    private readonly Func<Sampler, ICountSampler> _samplerOf;
    private readonly ICountSampler?[] _samplers = new ICountSampler?[Enum.GetValues<Sampler>().Length];
    private readonly int[] _bins = new int[LogitBins.Count];
    private long[] _rareCounts = [];

    /// <summary>A simulator on the best instruction set of this processor, or the one that GRPOMC_ISA names.</summary>
    public CellSimulator()
        : this(InstructionSets.Selected)
    {
    }

    internal CellSimulator(InstructionSet isa)
        : this(sampler => Create(sampler, isa))
    {
    }

    internal CellSimulator(Func<Sampler, ICountSampler> samplerOf) => _samplerOf = samplerOf;

    /// <summary>The instruction set that simulators use in this process: it changes how fast they are, never what they give.</summary>
    /// <exception cref="InstructionSetException">GRPOMC_ISA names one that is unknown or not available.</exception>
    public static string InstructionSetName => InstructionSets.Selected.ToString().ToLowerInvariant();

    /// <summary>Simulates replicates first to first + count - 1 of a cell.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two updates; nothing is kept.</exception>
    public RangeResult Simulate(CellProblem problem, long first, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var sums = new RangeSums(first, first + count, problem.Iterations);
        Trajectories? trajectories = problem.RecordTrajectories ? Trajectories.OfReplicates(count, problem.Iterations) : null;
        SuccessProbability start = problem.Theory.FiniteIterates[0];
        var policies = new TwoPointPolicies(count, start.Logit, problem.Theory.Finite.Reference.Logit);
        if (_rareCounts.Length != problem.Cell.GroupSize + 1)
        {
            _rareCounts = new long[problem.Cell.GroupSize + 1];
        }

        Observe(problem, policies, 0, sums[0], trajectories);
        for (int n = 1; n <= problem.Iterations; n++)
        {
            Advance(problem, policies, first, n, sums[n], trajectories, cancellation);
            Observe(problem, policies, n, sums[n], trajectories);
        }

        return new RangeResult(sums, trajectories);
    }

    /// <summary>A sampler on an instruction set.</summary>
    internal static ICountSampler Create(Sampler sampler, InstructionSet isa) => sampler switch
    {
        Sampler.Rollouts => new RolloutsSampler(isa),
        Sampler.Groups => new GroupsSampler(isa),
        Sampler.Counts => new CountsSampler(isa),
        _ => throw new ArgumentOutOfRangeException(nameof(sampler)),
    };

    // One update of every replicate: L_{n-1} becomes L_n.
    private void Advance(CellProblem problem, TwoPointPolicies policies, long first, int n, IterationSums sums, Trajectories? trajectories, CancellationToken cancellation)
    {
        Cell cell = problem.Cell;
        ICountSampler sampler = _samplers[(int)cell.Sampler] ??= _samplerOf(cell.Sampler);
        for (int r = 0; r < policies.Count; r++)
        {
            cancellation.ThrowIfCancellationRequested();
            var q = RareProbability.Round(policies.Rarer[r]);
            bool successIsRare = policies.SuccessIsRare(r);
            sampler.Sample(problem.Key, new StreamAddress(first + r, n, 0, StreamPurpose.Rollouts), q, cell.GroupSize, cell.Groups, _rareCounts);

            double sumPhi = problem.Update.SumPhi(_rareCounts, successIsRare);
            double step = ImportanceUpdate.Step(sumPhi, cell.Groups, q);
            long degenerate = _rareCounts[0] + _rareCounts[^1];
            AddUpdate(problem, sums, sumPhi, degenerate, q.Value, successIsRare);
            policies.Logit[r] = problem.Update.NextLogit(policies.ReferenceLogit[r], policies.Logit[r], step);
            if (trajectories is not null)
            {
                int row = (r * (problem.Iterations + 1)) + n;
                trajectories.Step[row] = step;
                trajectories.DegenerateGroups[row] = degenerate;
            }
        }

        policies.LogitsChanged();
    }

    // The terms of the certificate, at the probability that was sampled (theory.md section 6).
    private static void AddUpdate(CellProblem problem, IterationSums sums, double sumPhi, long degenerate, double q, bool successIsRare)
    {
        GroupMoments moments = successIsRare
            ? problem.Theory.Omega.MomentsAt(q, 1 - q)
            : problem.Theory.Omega.MomentsAt(1 - q, q);
        long groups = problem.Cell.Groups;
        sums.AddUpdate(
            ScaledInteger.Round(sumPhi, problem.Quanta.Phi),
            ScaledInteger.Round(groups * moments.MeanPhi, problem.Quanta.Phi),
            ScaledInteger.Round(groups * moments.VariancePhi, problem.Quanta.PhiSquared),
            ScaledInteger.Round(groups * moments.Informative, Quanta.Informative),
            degenerate);
    }

    private void Observe(CellProblem problem, TwoPointPolicies policies, int n, IterationSums sums, Trajectories? trajectories)
    {
        // u is p where the mean field is below 1/2, and 1-p above: the one that keeps its digits.
        double side = problem.Theory.FiniteIterates[n].Logit <= 0 ? 1 : -1;
        LogitBins bins = problem.Bins[n];
        for (int r = 0; r < policies.Count; r++)
        {
            double logit = policies.Logit[r];
            sums.AddPolicy(side * logit <= 0 ? policies.Rarer[r] : Elementary.Sigmoid(side * logit), logit);
            _bins[bins.BinOf(LogitBins.Clip(logit)) - LogitBins.Lowest]++;
            if (trajectories is not null)
            {
                trajectories.Logit[(r * (problem.Iterations + 1)) + n] = logit;
            }
        }

        sums.AddBins(SparseCounts.Take(_bins, LogitBins.Lowest));
    }
}
