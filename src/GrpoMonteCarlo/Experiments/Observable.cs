using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What is measured of a replicate's policies beside the success probability.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">k of pass@k, or the number of a comparison, from 0; otherwise 0.</param>
public readonly record struct Observable(ObservableKind Kind, int Number = 0)
{
    private static readonly ObservableKind[] OfArms =
    [
        ObservableKind.Divergence,
        ObservableKind.Entropy,
        ObservableKind.RenyiCorrection,
        ObservableKind.EffectiveSuccessArms,
        ObservableKind.DistanceToPopulation,
        ObservableKind.DistanceToFinite,
    ];

    /// <summary>What is measured of each comparison, in this order.</summary>
    internal static readonly ObservableKind[] OfComparison = [ObservableKind.BaselineSuccess, ObservableKind.SuccessDifference, ObservableKind.LogitDifference];

    // pass@1 is the success probability itself.
    private const int MostAttempts = 1024;

    /// <summary>Whether it is defined at iteration n; what is of an update is not at the start.</summary>
    public bool IsDefinedAt(int n) => n > 0 || Kind is not (ObservableKind.StuckFraction or ObservableKind.DistanceAdded);

    /// <summary>What is measured in a cell.</summary>
    public static IReadOnlyList<Observable> Of(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var observables = new List<Observable>();
        if (cell.Population is not null)
        {
            observables.Add(new Observable(ObservableKind.StuckFraction));
            for (int k = 2; k <= MostAttempts; k *= 2) // doubling, as PassAt computes it
            {
                observables.Add(new Observable(ObservableKind.PassAt, k));
            }
        }

        if (cell.Arms is not null || cell.NeedsArms)
        {
            observables.AddRange(OfArms.Select(kind => new Observable(kind)));
        }

        // There is an exact policy to compare with where the paper has one.
        bool hasPopulation = cell.Beta > 0 && cell.Advantage.Population(cell.Epsilon) is not null;
        if (!hasPopulation)
        {
            observables.RemoveAll(observable => observable.Kind == ObservableKind.DistanceToPopulation);
        }

        if (cell.Beta == 0 || (cell.Estimator == Estimator.SelfNormalized && cell.RolloutsPerUpdate > SelfNormalizedOmega.MostRollouts))
        {
            observables.RemoveAll(observable => observable.Kind == ObservableKind.DistanceToFinite);
        }

        if (cell.Update.Kind == UpdateKind.Gradient && hasPopulation)
        {
            observables.Add(new Observable(ObservableKind.DistanceAdded));
            observables.Add(new Observable(ObservableKind.BoundHeld));
        }

        for (int i = 0; i < cell.Comparisons.Count; i++)
        {
            int number = i;
            observables.AddRange(OfComparison.Select(kind => new Observable(kind, number)));
        }

        return observables;
    }
}

/// <summary>The kinds of <see cref="Observable"/>.</summary>
public enum ObservableKind
{
    /// <summary>Share of the prompts of an update in none of whose rollouts a success was observed.</summary>
    StuckFraction,

    /// <summary>1 - (1-p)^k, the chance that one of k rollouts succeeds, averaged over prompts.</summary>
    PassAt,

    /// <summary>KL(pi_n || pi_ref).</summary>
    Divergence,

    /// <summary>Entropy of pi_n, in nats.</summary>
    Entropy,

    /// <summary>Delta_R of pi_n (theory.md section 3).</summary>
    RenyiCorrection,

    /// <summary>1 / sum of squares of pi_n conditioned on success.</summary>
    EffectiveSuccessArms,

    /// <summary>Total variation from the paper's exact pi_n.</summary>
    DistanceToPopulation,

    /// <summary>Total variation from the exact pi_n of groups of G.</summary>
    DistanceToFinite,

    /// <summary>delta_n: how much update n added to the total variation from the paper's exact pi_n; 0 if it took some away.</summary>
    DistanceAdded,

    /// <summary>Whether |p_n - p*| is at most twice the sum of all delta so far, p* being the paper's limit (theory.md section 3).</summary>
    BoundHeld,

    /// <summary>p of the cell that the cell is compared with, in the replicate that draws the same.</summary>
    BaselineSuccess,

    /// <summary>p of the cell minus that.</summary>
    SuccessDifference,

    /// <summary>The same of the logits, each clipped to +-128.</summary>
    LogitDifference,
}
