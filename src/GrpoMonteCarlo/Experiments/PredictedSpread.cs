using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What fluctuation theory says of a cell at one iteration (theory.md section 6). Good while the standard deviation of L stays below about 0.1.</summary>
/// <param name="LogitSd">Standard deviation of L_n over replicates, to first order; of many prompts of the logit of their mean.</param>
/// <param name="PSd">Standard deviation of p_n, to first order.</param>
/// <param name="PMean">Mean of p_n to second order; null where the shift leads out of [0, 1].</param>
/// <param name="OneMinusPMean">Mean of 1 - p_n, likewise.</param>
public readonly record struct PredictedSpread(double LogitSd, double PSd, double? PMean, double? OneMinusPMean)
{
    private PredictedSpread(SuccessProbability meanField, double pVariance, double shift)
        : this(Math.Sqrt(pVariance) / meanField.Variance, Math.Sqrt(pVariance), meanField.P + shift, meanField.OneMinusP - shift)
    {
    }

    /// <summary>
    /// Of iterations 0..N, null from where some policy has saturated on; nothing where there is no theory: of updates other than the tied
    /// one, with a lag, of <c>grpo-batch-std</c>, where an update takes some of the prompts, and where the mean field has no closed form.
    /// </summary>
    internal static IReadOnlyList<PredictedSpread?>? Of(CellTheory theory, Cell cell, Omega? omega)
    {
        if (omega is null || theory.FiniteIterates is not { } mean || !HasTheory(cell))
        {
            return null;
        }

        Func<SuccessProbability, double> stepVariance = StepVarianceOf(cell, omega, theory);
        var variances = new double[mean.Count];
        var shifts = new double[mean.Count];
        for (int j = 0; j < cell.Prompts; j++)
        {
            var recurrence = new Recurrence(omega, cell.Anchor.Alpha, theory.References[j], cell.Beta);
            SuccessProbability[] iterates = recurrence.Iterate(theory.Starts[j], mean.Count - 1, lag: 0, cell.StageLength);
            Fluctuation?[] fluctuations = Fluctuations.Propagate(recurrence, stepVariance, iterates, cell.StageLength);
            for (int n = 0; n < mean.Count; n++)
            {
                double deviation = (fluctuations[n]?.PDeviation ?? double.NaN) / cell.Prompts;
                variances[n] += deviation * deviation;
                shifts[n] += (fluctuations[n]?.PShift ?? double.NaN) / cell.Prompts;
            }
        }

        return [.. mean.Select((p, n) => Of(p, variances[n], shifts[n]))];
    }

    /// <summary>
    /// The variance of L that remains at a stable fixed point, to first order: V = Var(step)/beta^2 / (1 - f'^2). Null where there is no
    /// theory, as above, and for many prompts, in stages, and where the fixed point is at the edge or not stable.
    /// </summary>
    internal static double? LogitVarianceAtRest(CellTheory theory, Cell cell, Omega? omega, SuccessProbability? fixedPoint)
    {
        if (omega is null || fixedPoint is not { } p || !double.IsFinite(p.Logit) || !HasTheory(cell) || cell.Prompts > 1 || cell.StageLength > 0)
        {
            return null;
        }

        double slope = new Recurrence(omega, cell.Anchor.Alpha, theory.References[0], cell.Beta).DerivativeAt(p);
        double variance = StepVarianceOf(cell, omega, theory)(p) / cell.Beta / cell.Beta / (1 - (slope * slope));
        return Math.Abs(slope) < 1 && double.IsFinite(variance) ? variance : null;
    }

    private static bool HasTheory(Cell cell) =>
        !cell.NeedsArms && cell.Lag == 0 && !cell.Advantage.DividesByBatch && cell.PromptsPerUpdate == cell.Prompts;

    private static PredictedSpread? Of(SuccessProbability mean, double variance, double shift)
    {
        if (!double.IsFinite(variance) || !double.IsFinite(shift))
        {
            return null;
        }

        var spread = new PredictedSpread(mean, variance, shift);
        return spread is { PMean: >= 0, OneMinusPMean: >= 0 } ? spread : spread with { PMean = null, OneMinusPMean = null };
    }

    private static Func<SuccessProbability, double> StepVarianceOf(Cell cell, Omega omega, CellTheory theory)
    {
        switch (cell.Estimator)
        {
            case Estimator.Importance:
                return p => StepVariance.OfImportance(theory.Terms, cell.Groups, p);
            case Estimator.PlugIn:
                return p => StepVariance.OfPlugIn(theory.Terms, cell.Groups, p);
            case Estimator.SelfNormalized:
                return ((SelfNormalizedOmega)omega).StepVarianceAt;
            default:
                var informative = new GroupTerms(theory.Scale, GroupTerm.InformativePhi, cell.Verifier);
                double attempts = cell.Estimator == Estimator.DynamicSampling ? (double)DynamicSampling.MostGroups * cell.Groups : cell.Groups;
                return p => StepVariance.OfInformativeMean(informative, cell.Groups, attempts, p);
        }
    }
}
