using System.Collections.ObjectModel;
using System.Numerics;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// One cell at one iteration: the empirical side from the integer sums, the two closed forms, and what lies between. A row of
/// summary.parquet; null where a value is not defined.
/// </summary>
public sealed record CellSummary
{
    // Fewer informative groups than this, and step_z is not near enough to a normal distribution.
    private const int LeastInformativeGroups = 1000;

    /// <summary>n, 0 (the start) to N.</summary>
    public required int Iteration { get; init; }

    /// <summary>R, replicates behind the empirical values.</summary>
    public required long Replicates { get; init; }

    /// <summary>Mean of p over replicates.</summary>
    public double? PMean { get; init; }

    /// <summary>Sample standard deviation of p over replicates.</summary>
    public double? PSd { get; init; }

    /// <summary>Standard error of <see cref="PMean"/>.</summary>
    public double? PSe { get; init; }

    /// <summary>5 % quantile of p, to within half a quantile bin.</summary>
    public double? PQ05 { get; init; }

    /// <summary>Median of p, likewise.</summary>
    public double? PQ50 { get; init; }

    /// <summary>95 % quantile of p, likewise.</summary>
    public double? PQ95 { get; init; }

    /// <summary>Mean of 1-p over replicates.</summary>
    public double? OneMinusPMean { get; init; }

    /// <summary>Mean of the logit, clipped to +-128.</summary>
    public double? LogitMean { get; init; }

    /// <summary>Sample standard deviation of the logit, clipped to +-128.</summary>
    public double? LogitSd { get; init; }

    /// <summary>p_n of the population recurrence (the paper's); null for a rule without a population limit.</summary>
    public double? PTheory { get; init; }

    /// <summary>p_n of the finite-group recurrence; null where there is no closed form.</summary>
    public double? PFinite { get; init; }

    /// <summary>logit of <see cref="PTheory"/>.</summary>
    public double? LogitTheory { get; init; }

    /// <summary>logit of <see cref="PFinite"/>.</summary>
    public double? LogitFinite { get; init; }

    /// <summary>What fluctuation theory says; null where it says nothing.</summary>
    public PredictedSpread? Spread { get; init; }

    /// <summary>p_mean - p_theory, formed from 1-p where that is the smaller.</summary>
    public double? DeviationTheory { get; init; }

    /// <summary>p_mean - p_finite, likewise.</summary>
    public double? DeviationFinite { get; init; }

    /// <summary>
    /// The certificate (theory.md section 6): standardised difference between the sum of phi drawn and its exact expectation. Null at
    /// iteration 0 and where fewer than 1,000 informative groups are expected.
    /// </summary>
    public double? StepZ { get; init; }

    /// <summary>Share of this update's groups that were all success or all failure.</summary>
    public double? DegenerateFraction { get; init; }

    /// <summary>Share of replicates with |logit| above 36.</summary>
    public double? SaturatedFraction { get; init; }

    /// <summary>What else was measured, observable by observable; null where one is not defined.</summary>
    public IReadOnlyDictionary<Observable, Estimate> Observables { get; init; } = ReadOnlyDictionary<Observable, Estimate>.Empty;

    /// <summary>Rollouts of this iteration's updates, over all replicates; 0 at iteration 0.</summary>
    public required long Rollouts { get; init; }

    /// <summary>Summarises iteration n; without sums, the closed forms only.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="theory">Its closed forms.</param>
    /// <param name="sums">The sums of all its replicates; null if there are none.</param>
    /// <param name="n">Iteration.</param>
    public static CellSummary Of(Cell cell, CellTheory theory, RangeSums? sums, int n)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(theory);
        SuccessProbability? finite = theory.FiniteIterates?[n];
        SuccessProbability? population = theory.PopulationIterates?[n];
        var closedForms = new CellSummary
        {
            Iteration = n,
            Replicates = sums?.Replicates ?? 0,
            PTheory = population?.P,
            PFinite = finite?.P,
            LogitTheory = population?.Logit,
            LogitFinite = finite?.Logit,
            Spread = theory.Spread?[n],
            Rollouts = sums is null ? 0 : sums[n].Groups * cell.GroupSize,
        };
        return sums is null ? closedForms : AddEmpirical(closedForms, cell, theory, sums);
    }

    private static CellSummary AddEmpirical(CellSummary row, Cell cell, CellTheory theory, RangeSums range)
    {
        IterationSums sums = range[row.Iteration];
        long replicates = range.Replicates;
        SuccessProbability? finite = theory.FiniteIterates?[row.Iteration];
        SuccessProbability? population = theory.PopulationIterates?[row.Iteration];
        SuccessProbability centre = theory.Centre[row.Iteration];

        // u as it was summed: p, or 1-p where the centre is above 1/2.
        bool rarerIsSuccess = centre.Logit <= 0;
        double u = sums.Rarer.Mean(replicates, Quanta.Probability);
        double? sd = replicates < 2 ? null : Math.Sqrt(sums.Rarer.Variance(replicates, Quanta.Probability));
        double? logitSd = replicates < 2 ? null : Math.Sqrt(sums.Logit.Variance(replicates, Quanta.Logit));
        var bins = new LogitBins(centre, theory.LogitVariances[row.Iteration]);
        double Quantile(int percent) =>
            SuccessProbability.FromLogit(bins.MiddleOf(sums.Bins.BinOfRank(Math.Max(1, Rank(replicates, percent))))).P;
        double? DeviationFrom(SuccessProbability? from) => from is { } p ? (rarerIsSuccess ? u - p.P : p.OneMinusP - u) : null;

        return row with
        {
            PMean = rarerIsSuccess ? u : 1 - u,
            PSd = sd,
            PSe = sd / Math.Sqrt(replicates),
            PQ05 = Quantile(5),
            PQ50 = Quantile(50),
            PQ95 = Quantile(95),
            OneMinusPMean = rarerIsSuccess ? 1 - u : u,
            LogitMean = sums.Logit.Mean(replicates, Quanta.Logit),
            LogitSd = logitSd,
            DeviationTheory = DeviationFrom(population),
            DeviationFinite = DeviationFrom(finite),
            StepZ = row.Iteration == 0 ? null : StepZOf(sums, new Quanta(theory.Terms)),
            DegenerateFraction = sums.Groups == 0 ? null : (double)sums.DegenerateGroups / sums.Groups,
            Observables = EstimatesOf(cell, row.Iteration, sums, replicates),
            SaturatedFraction = (double)sums.Saturated / replicates,
        };
    }

    // The smallest rank that covers the share: ceil(R percent / 100), in integers.
    private static long Rank(long replicates, int percent) => (long)(((new BigInteger(replicates) * percent) + 99) / 100);

    private static Dictionary<Observable, Estimate> EstimatesOf(Cell cell, int n, IterationSums sums, long replicates)
    {
        var estimates = new Dictionary<Observable, Estimate>();
        IReadOnlyList<Observable> observables = Observable.Of(cell);
        for (int i = 0; i < observables.Count; i++)
        {
            if (observables[i].IsDefinedAt(n))
            {
                ref readonly ExactMoments moments = ref sums.Observables[i];
                estimates.Add(observables[i], new Estimate(
                    moments.Mean(replicates, Quanta.Observable),
                    replicates < 2 ? null : Math.Sqrt(moments.Variance(replicates, Quanta.Observable) / replicates)));
            }
        }

        return estimates;
    }

    private static double? StepZOf(IterationSums sums, Quanta quanta)
    {
        if (sums.ExpectedInformative < ((Int128)LeastInformativeGroups << Quanta.Informative) || sums.VariancePhi <= 0)
        {
            return null;
        }

        double excess = ExactRatio.ToDouble(sums.Phi - sums.ExpectedPhi, BigInteger.One) * Math.ScaleB(1, -quanta.Term);
        double variance = ExactRatio.ToDouble(sums.VariancePhi, BigInteger.One) * Math.ScaleB(1, -quanta.TermSquared);
        return excess / Math.Sqrt(variance);
    }
}

/// <summary>A mean over replicates.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">Its standard error; null below 2 replicates.</param>
public readonly record struct Estimate(double Mean, double? StandardError);
