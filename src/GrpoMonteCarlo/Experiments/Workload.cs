using System.Numerics;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The replicates of each cell that a shard consists of. The work is cut at equal costs, in the order of the cells, which may cut through
/// a cell's replicates; a cell with a stop rule is kept whole. It depends on the experiment and the shard only.
/// </summary>
public sealed class Workload
{
    private readonly ReplicateRange[] _parts;

    private Workload(Plan plan, Shard shard, ReplicateRange[] parts) => (Plan, Shard, _parts) = (plan, shard, parts);

    /// <summary>The experiment's plan.</summary>
    public Plan Plan { get; }

    /// <summary>The shard.</summary>
    public Shard Shard { get; }

    /// <summary>A shard's part of a plan.</summary>
    public static Workload Of(Plan plan, Shard shard)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(shard);
        Experiment experiment = plan.Experiment;
        BigInteger[] costs = [.. plan.Cells.Select(cell => new BigInteger(Math.Ceiling(SimulationCost.OfReplicate(cell, experiment.Iterations))))];
        BigInteger total = costs.Aggregate(BigInteger.Zero, (sum, cost) => sum + (cost * experiment.MostReplicatesOfCell));
        BigInteger from = total * (shard.Index - 1) / shard.Count;
        BigInteger to = total * shard.Index / shard.Count;

        var parts = new ReplicateRange[costs.Length];
        BigInteger before = BigInteger.Zero;
        for (int i = 0; i < parts.Length; i++)
        {
            BigInteger cost = costs[i];
            BigInteger start = before;
            before += cost * experiment.MostReplicatesOfCell;

            // A replicate is of the shard in whose share its cost begins.
            long Cut(BigInteger at) => (long)BigInteger.Clamp((at - start + cost - 1) / cost, 0, experiment.MostReplicatesOfCell);
            parts[i] = experiment.Stop is null ? new ReplicateRange(Cut(from), Cut(to))
                : start >= from && start < to ? new ReplicateRange(0, experiment.MostReplicatesOfCell)
                : default;
        }

        return new Workload(plan, shard, parts);
    }

    /// <summary>The replicates of a cell.</summary>
    /// <param name="cell">The cell's number in the plan.</param>
    public ReplicateRange PartOf(int cell) => _parts[cell];

    /// <summary>The same in the pieces after each of which the cell may be done.</summary>
    /// <param name="cell">The cell's number in the plan.</param>
    public IEnumerable<ReplicateRange> SegmentsOf(int cell)
    {
        ReplicateRange part = _parts[cell];
        long first = part.First;
        foreach (long checkpoint in Plan.Experiment.Checkpoints())
        {
            var segment = new ReplicateRange(first, Math.Min(checkpoint, part.Last));
            if (segment.Count > 0)
            {
                yield return segment;
                first = segment.Last;
            }
        }
    }
}
