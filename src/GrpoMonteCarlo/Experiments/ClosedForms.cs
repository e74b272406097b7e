using System.Collections.Concurrent;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The Omegas of a plan's cells with their fixed-point grids, made once for all cells that share what they depend on. Safe for use by
/// several threads.
/// </summary>
internal sealed class ClosedForms
{
    // A plan may have a million cells, each with an epsilon of its own.
    private const int MostKept = 512;

    private readonly ConcurrentDictionary<(AdvantageRule, double Epsilon, int GroupSize, long Groups, Estimator, VerifierNoise), Lazy<FixedPoints?>> _kept = new();

    /// <summary>
    /// The fixed-point search of the estimator's exact expectation, with its Omega; null where there is none: of
    /// <see cref="Estimator.SelfNormalized"/> beyond <see cref="SelfNormalizedOmega.MostRollouts"/> rollouts an update.
    /// </summary>
    public FixedPoints? Finite(Cell cell) => Get(
        cell.Estimator == Estimator.Importance || cell.Update.Gradient is not null
            ? (cell.Advantage, cell.Epsilon, cell.GroupSize, 0, Estimator.Importance, cell.Verifier)
            : (cell.Advantage, cell.Epsilon, cell.GroupSize, cell.Groups, cell.Estimator, cell.Verifier),
        () => FiniteOmega(cell) is { } omega ? Noisy(cell, omega) : null);

    /// <summary>The population's, null for a rule that has no population limit.</summary>
    public FixedPoints? Population(Cell cell) => Get(
        (cell.Advantage, cell.Epsilon, 0, 0, Estimator.Importance, cell.Verifier),
        () => cell.Advantage.Population(cell.Epsilon) is { } omega ? Noisy(cell, omega) : null);

    private static Omega? FiniteOmega(Cell cell)
    {
        AdvantageRule rule = cell.Advantage;
        return cell.Estimator switch
        {
            Estimator.Importance => rule.ManyGroups(cell.GroupSize, cell.Epsilon),
            Estimator.PlugIn => new PlugInOmega(rule.Scale(cell.GroupSize, cell.Epsilon)),
            Estimator.SelfNormalized => cell.RolloutsPerUpdate > SelfNormalizedOmega.MostRollouts
                ? null
                : new SelfNormalizedOmega(rule.Scale(cell.GroupSize, cell.Epsilon), cell.Groups),
            _ when cell.Update.Gradient is not null => rule.FiniteGroup(cell.GroupSize, cell.Epsilon), // its statistic knows which groups count
            Estimator.DropDegenerate => new InformativeOmega(rule.FiniteGroup(cell.GroupSize, cell.Epsilon), cell.Groups),
            Estimator.DynamicSampling => new InformativeOmega(
                rule.FiniteGroup(cell.GroupSize, cell.Epsilon), (double)DynamicSampling.MostGroups * cell.Groups),
            _ => throw new ArgumentOutOfRangeException(nameof(cell)),
        };
    }

    private static Omega Noisy(Cell cell, Omega omega) => cell.Verifier == VerifierNoise.None ? omega : new NoisyOmega(omega, cell.Verifier);

    private FixedPoints? Get((AdvantageRule, double, int, long, Estimator, VerifierNoise) key, Func<Omega?> omega)
    {
        if (_kept.Count > MostKept)
        {
            _kept.Clear();
        }

        return _kept.GetOrAdd(key, _ => new Lazy<FixedPoints?>(() => omega() is { } made ? new FixedPoints(made) : null)).Value;
    }
}
