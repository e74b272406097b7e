using System.Collections.Concurrent;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The Omegas of a plan's cells with their fixed-point grids, made once for all cells that share advantage rule, epsilon and group
/// size. Safe for use by several threads.
/// </summary>
internal sealed class ClosedForms
{
    // A plan may have a million cells, each with an epsilon of its own.
    private const int MostKept = 512;

    private readonly ConcurrentDictionary<(AdvantageRule Rule, double Epsilon, int GroupSize), Lazy<FixedPoints?>> _kept = new();

    /// <summary>The finite group's fixed-point search, with its Omega.</summary>
    public FixedPoints Finite(Cell cell) =>
        Get(cell.Advantage, cell.Epsilon, cell.GroupSize, () => cell.Advantage.FiniteGroup(cell.GroupSize, cell.Epsilon))!;

    /// <summary>The population's, null for a rule that has no population limit.</summary>
    public FixedPoints? Population(Cell cell) => Get(cell.Advantage, cell.Epsilon, 0, () => cell.Advantage.Population(cell.Epsilon));

    private FixedPoints? Get(AdvantageRule rule, double epsilon, int groupSize, Func<Omega?> omega)
    {
        if (_kept.Count > MostKept)
        {
            _kept.Clear();
        }

        return _kept.GetOrAdd((rule, epsilon, groupSize), _ => new Lazy<FixedPoints?>(() => omega() is { } made ? new FixedPoints(made) : null)).Value;
    }
}
