using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Where a closed form ends from its start, and its fixed points.</summary>
/// <param name="Limit">The limit; null if it ends in a cycle or is erratic.</param>
/// <param name="Period">1 for a limit, the length of a cycle, null if erratic.</param>
/// <param name="FixedPointCount">Number of fixed points, of gradient ascent of points without drift.</param>
/// <param name="Derivative">h' at the limit; null where there is no interior limit, and of gradient ascent.</param>
/// <param name="StabilityBound">B at the limit, the beta above which it is stable; null likewise, and where rollouts lag behind.</param>
public sealed record LongRun(SuccessProbability? Limit, int? Period, int FixedPointCount, double? Derivative, double? StabilityBound)
{
    // As good as without end, for the mean over informative groups.
    private const double ManyGroups = 1L << 50;

    internal static LongRun Of(Recurrence recurrence, SuccessProbability start, FixedPoints search, int lag)
    {
        var orbit = Orbit.Follow(recurrence, start, lag);
        bool interior = orbit.Limit is { } limit && double.IsFinite(limit.Logit);
        return new LongRun(
            orbit.Limit,
            orbit.Period,
            search.Of(recurrence).Count,
            interior ? recurrence.DerivativeAt(orbit.Points[0]) : null,
            interior && lag == 0 ? recurrence.StabilityBoundAt(orbit.Points[0]) : null);
    }

    /// <summary>
    /// Of gradient ascent in small on-policy steps (theory.md section 5); null where that says nothing: masked degenerate groups as a
    /// noisy verifier sees them, and k1 in a reward that is noisy.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="omega">Omega of its rule, verifier noise included.</param>
    /// <param name="reference">p_ref.</param>
    /// <param name="start">p_0.</param>
    /// <param name="groupSize">G; null for a population.</param>
    internal static LongRun? OfGradient(Cell cell, Omega omega, SuccessProbability reference, SuccessProbability start, int? groupSize)
    {
        GradientSettings settings = cell.Update.Gradient!;
        bool informativeOnly = cell.Estimator is Estimator.DropDegenerate or Estimator.DynamicSampling;
        int? masked = settings.MaskDegenerateKl || informativeOnly ? groupSize : null;
        if (!cell.Verifier.IsNone && (masked is not null || settings.Kl == KlEstimator.K1InReward))
        {
            return null;
        }

        if (settings.Kl == KlEstimator.K1InReward && cell.Beta > 0)
        {
            // There all penalised rewards are equal, so that no group has an advantage.
            return new LongRun(SuccessProbability.FromLogit(reference.Logit + (1 / cell.Beta)), 1, 1, null, null);
        }

        // A sampled KL is a mean over the informative groups as the advantages are; the exact one is not.
        if (settings.Kl == KlEstimator.Exact && informativeOnly && groupSize is { } size)
        {
            omega = new InformativeOmega(cell.Advantage.FiniteGroup(size, cell.Epsilon), ManyGroups);
        }

        var flow = new GradientFlow(omega, PenaltyOf(settings.Kl), reference, settings.Kl == KlEstimator.K1InReward ? 0 : cell.Beta, masked);
        return new LongRun(flow.EndFrom(start), 1, flow.StationaryPoints.Count, null, null);
    }

    internal static KlPenalty PenaltyOf(KlEstimator kl) => kl switch
    {
        KlEstimator.K1 => KlPenalty.K1,
        KlEstimator.K2 => KlPenalty.K2,
        KlEstimator.K3 => KlPenalty.K3,
        KlEstimator.CorrectedK3 => KlPenalty.CorrectedK3,
        _ => KlPenalty.Exact,
    };
}
