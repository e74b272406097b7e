namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The basins of a recurrence on the line of logits: between two neighbouring fixed points that repel to either side (h' above 1) every
/// iterate stays on its side of them, as long as no step leaps over one. Within a basin lies a stable fixed point, or what has taken its place, a cycle
/// around one that is unstable with h' below -1.
/// </summary>
public static class Basins
{
    /// <summary>The boundaries, rising; one fewer than basins. None of a recurrence with one attractor.</summary>
    /// <param name="fixedPoints">The search that shares the recurrence's Omega.</param>
    /// <param name="recurrence">The recurrence.</param>
    public static IReadOnlyList<SuccessProbability> BoundariesOf(FixedPoints fixedPoints, Recurrence recurrence)
    {
        ArgumentNullException.ThrowIfNull(fixedPoints);
        return [.. fixedPoints.Of(recurrence).Where(point => point.Derivative > 1).Select(point => point.P)];
    }

    /// <summary>The probability that L_n lies in each basin, lowest first; they add up to 1.</summary>
    /// <param name="law">The law of L_n.</param>
    /// <param name="n">Iteration.</param>
    /// <param name="boundaries">The boundaries, rising.</param>
    public static double[] Probabilities(LogitLaw law, int n, IReadOnlyList<SuccessProbability> boundaries)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(boundaries);
        double[] from = [1, .. boundaries.Select(boundary => law.ProbabilityFrom(n, boundary)), 0];
        return [.. Enumerable.Range(0, boundaries.Count + 1).Select(i => from[i] - from[i + 1])];
    }
}
