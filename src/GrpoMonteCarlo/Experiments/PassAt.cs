namespace GrpoMonteCarlo.Experiments;

/// <summary>pass@k of a population of prompts at an iteration: the mean over prompts of 1 - (1-p)^k.</summary>
/// <param name="Iteration">n.</param>
/// <param name="Attempts">k; pass@1 is the success probability.</param>
/// <param name="Measured">Over replicates; null without any.</param>
/// <param name="Theory">Of the population recurrence; null where it has no closed form.</param>
/// <param name="Finite">Of the finite-group recurrence; null likewise.</param>
public sealed record PassAt(int Iteration, int Attempts, Estimate? Measured, double? Theory, double? Finite)
{
    /// <summary>Adds 1 - (1-p)^k for k = 2, 4, 8, ...: from u for k it is u (2-u) for 2k, without a logarithm or a lost digit.</summary>
    internal static void AddDoubling(double p, Span<double> sums)
    {
        double chance = p;
        for (int i = 0; i < sums.Length; i++)
        {
            chance *= 2 - chance;
            sums[i] += chance;
        }
    }

    /// <summary>The curve of pass@k at an iteration, in rising k from 1; empty for one prompt.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="theory">Its closed forms.</param>
    /// <param name="summary">The iteration's summary.</param>
    public static IEnumerable<PassAt> CurveOf(Cell cell, CellTheory theory, CellSummary summary)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(theory);
        ArgumentNullException.ThrowIfNull(summary);
        if (cell.Population is null)
        {
            yield break;
        }

        int n = summary.Iteration;
        yield return new PassAt(n, 1, summary.PMean is { } p ? new Estimate(p, summary.PSe) : null, summary.PTheory, summary.PFinite);
        foreach (Observable observable in Observable.Of(cell).Where(observable => observable.Kind == ObservableKind.PassAt))
        {
            yield return new PassAt(
                n,
                observable.Number,
                summary.Observables.TryGetValue(observable, out Estimate estimate) ? estimate : null,
                theory.PopulationCurves?.PassAt(observable.Number)[n],
                theory.FiniteCurves?.PassAt(observable.Number)[n]);
        }
    }
}
