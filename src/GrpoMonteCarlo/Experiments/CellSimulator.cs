using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Simulates ranges of replicates: sample counts -> step -> new policy, iteration by iteration, the range's replicates side by side.
/// One for each worker; the loops over replicates allocate nothing.
/// </summary>
public sealed class CellSimulator
{
    private readonly WorkerSamplers _samplers;
    private readonly int[] _bins = new int[LogitBins.Count];

    /// <summary>A simulator on the best instruction set of this processor, or the one that GRPOMC_ISA names.</summary>
    public CellSimulator()
        : this(InstructionSets.Selected)
    {
    }

    internal CellSimulator(InstructionSet isa)
        : this(isa, sampler => Create(sampler, isa))
    {
    }

    internal CellSimulator(InstructionSet isa, Func<Sampler, ICountSampler> samplerOf) => _samplers = new WorkerSamplers(isa, samplerOf);

    /// <summary>The instruction set that simulators use in this process: it changes how fast they are, never what they give.</summary>
    /// <exception cref="InstructionSetException">GRPOMC_ISA names one that is unknown or not available.</exception>
    public static string InstructionSetName => InstructionSets.Selected.ToString().ToLowerInvariant();

    /// <summary>Simulates replicates first to first + count - 1 of a cell.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two updates, or in the middle of one that draws rollouts; nothing is kept.</exception>
    public RangeResult Simulate(CellProblem problem, long first, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        _samplers.Cancellation = cancellation;
        var sums = new RangeSums(first, first + count, problem.Iterations, problem.Observables.Count);
        Trajectories? trajectories = problem.RecordTrajectories ? Trajectories.OfReplicates(count, problem.Iterations) : null;
        ReplicateBlock block = BlockOf(problem, first, count);
        ReplicateBlock[] baselines = [.. problem.Baselines.Select(baseline => BlockOf(baseline, first, count))];
        Observe(problem, block, baselines, count, 0, sums[0], trajectories);
        for (int n = 1; n <= problem.Iterations; n++)
        {
            block.Advance(n, sums[n], trajectories, cancellation);
            foreach (ReplicateBlock baseline in baselines)
            {
                baseline.Advance(n, new IterationSums(0), null, cancellation); // counted where it is the cell itself
            }

            Observe(problem, block, baselines, count, n, sums[n], trajectories);
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

    private ReplicateBlock BlockOf(CellProblem problem, long first, int count) => problem.Cell.NeedsArms
        ? new ArmReplicates(problem, _samplers, first, count)
        : new TwoPointReplicates(problem, _samplers, first, count);

    private void Observe(
        CellProblem problem, ReplicateBlock block, ReplicateBlock[] baselines, int count, int n, IterationSums sums, Trajectories? trajectories)
    {
        // u is p where the centre is below 1/2, and 1-p above: the one that keeps its digits.
        bool ofSuccess = problem.Theory.Centre[n].Logit <= 0;
        LogitBins bins = problem.Bins[n];
        Span<double> observables = stackalloc double[problem.Observables.Count];
        Span<double> own = observables[..^(baselines.Length * Observable.OfComparison.Length)];
        for (int r = 0; r < count; r++)
        {
            double logit = block.LogitOf(r);
            sums.AddPolicy(block.ChanceOf(r, ofSuccess), logit);
            _bins[bins.BinOf(LogitBins.Clip(logit)) - LogitBins.Lowest]++;
            if (own.Length > 0)
            {
                block.Measure(r, n, own);
            }

            for (int i = 0; i < baselines.Length; i++)
            {
                Compare(block, baselines[i], r, observables[(own.Length + (i * Observable.OfComparison.Length))..]);
            }

            sums.AddObservables(observables);

            if (trajectories is not null)
            {
                trajectories.Logit[(r * (problem.Iterations + 1)) + n] = logit;
            }
        }

        sums.AddBins(SparseCounts.Take(_bins, LogitBins.Lowest));
    }

    // What is measured of a comparison. Above 1/2 the difference is formed from 1-p, which keeps its digits.
    private static void Compare(ReplicateBlock block, ReplicateBlock baseline, int replicate, Span<double> observables)
    {
        double logit = block.LogitOf(replicate);
        double other = baseline.LogitOf(replicate);
        bool ofSuccess = !(logit > 0 && other > 0);
        double difference = block.ChanceOf(replicate, ofSuccess) - baseline.ChanceOf(replicate, ofSuccess);
        observables[0] = baseline.ChanceOf(replicate, ofSuccess: true);
        observables[1] = ofSuccess ? difference : -difference;
        observables[2] = LogitBins.Clip(logit) - LogitBins.Clip(other);
    }
}
