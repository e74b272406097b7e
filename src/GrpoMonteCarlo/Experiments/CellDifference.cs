using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>A cell minus the cell that it is compared with, at one iteration. A row of differences.parquet.</summary>
/// <param name="Comparison">What it is compared with.</param>
/// <param name="Iteration">n, 0 (the start) to N.</param>
/// <param name="Replicates">R, pairs of replicates.</param>
/// <param name="P">The difference of p, its error that of R independent pairs; null without replicates.</param>
/// <param name="Logit">The difference of the logits, each clipped to +-128; null likewise.</param>
/// <param name="VarianceRatio">
/// (Var p + Var p of the other) / Var of their difference: how many times as many replicates would be needed without common random numbers. Null
/// below 2 replicates and where all differences are equal.
/// </param>
/// <param name="Theory">The difference of the paper's p_n; null where either has no closed form.</param>
/// <param name="Finite">The difference of the finite groups' p_n; null likewise.</param>
public sealed record CellDifference(
    Comparison Comparison, int Iteration, long Replicates, Estimate? P, Estimate? Logit, double? VarianceRatio, double? Theory, double? Finite)
{
    /// <summary>A cell's differences at an iteration, comparison by comparison.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="summary">Its summary of the iteration.</param>
    /// <param name="theory">Its closed forms.</param>
    /// <param name="baselines">Those of the cells that it is compared with, in order.</param>
    public static IEnumerable<CellDifference> Of(Cell cell, CellSummary summary, CellTheory theory, IReadOnlyList<CellTheory> baselines)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(theory);
        ArgumentNullException.ThrowIfNull(baselines);
        int n = summary.Iteration;
        for (int i = 0; i < cell.Comparisons.Count; i++)
        {
            int number = i;
            Estimate? Measured(ObservableKind kind) =>
                summary.Observables.TryGetValue(new Observable(kind, number), out Estimate estimate) ? estimate : null;
            Estimate? difference = Measured(ObservableKind.SuccessDifference);
            double? separate = Square(summary.PSe) + Square(Measured(ObservableKind.BaselineSuccess)?.StandardError);
            double? paired = Square(difference?.StandardError);
            yield return new CellDifference(
                cell.Comparisons[i],
                n,
                summary.Replicates,
                difference,
                Measured(ObservableKind.LogitDifference),
                paired > 0 ? separate / paired : null,
                Between(theory.PopulationIterates?[n], baselines[i].PopulationIterates?[n]),
                Between(theory.FiniteIterates?[n], baselines[i].FiniteIterates?[n]));
        }
    }

    private static double? Square(double? x) => x * x;

    private static double? Between(SuccessProbability? p, SuccessProbability? other) => p is { } a && other is { } b ? a.Minus(b) : null;
}
