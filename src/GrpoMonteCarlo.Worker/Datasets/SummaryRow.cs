using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of summary.parquet: a cell at an iteration.</summary>
internal sealed record SummaryRow(int Index, Cell Cell, CellSummary Summary)
{
    public static IReadOnlyList<DatasetColumn<SummaryRow>> Columns { get; } =
    [
        .. CellColumns.Of<SummaryRow>(row => row.Index, row => row.Cell),
        DatasetColumn<SummaryRow>.Int32("iteration", row => row.Summary.Iteration),
        DatasetColumn<SummaryRow>.Int64("replicates", row => row.Summary.Replicates),
        DatasetColumn<SummaryRow>.OptionalDouble("p_mean", ValueRange.Share, row => row.Summary.PMean),
        DatasetColumn<SummaryRow>.OptionalDouble("p_sd", ValueRange.NotNegative, row => row.Summary.PSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_se", ValueRange.NotNegative, row => row.Summary.PSe),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q05", ValueRange.Share, row => row.Summary.PQ05),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q50", ValueRange.Share, row => row.Summary.PQ50),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q95", ValueRange.Share, row => row.Summary.PQ95),
        DatasetColumn<SummaryRow>.OptionalDouble("one_minus_p_mean", ValueRange.Share, row => row.Summary.OneMinusPMean),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_mean", ValueRange.Finite, row => row.Summary.LogitMean),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_sd", ValueRange.NotNegative, row => row.Summary.LogitSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_theory", ValueRange.Share, row => row.Summary.PTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("p_finite", ValueRange.Share, row => row.Summary.PFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_theory", ValueRange.Logit, row => row.Summary.LogitTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_finite", ValueRange.Logit, row => row.Summary.LogitFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_sd_theory", ValueRange.NotNegative, row => row.Summary.Spread?.LogitSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_sd_theory", ValueRange.NotNegative, row => row.Summary.Spread?.PSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_mean_second_order", ValueRange.Share, row => row.Summary.Spread?.PMean),
        DatasetColumn<SummaryRow>.OptionalDouble("one_minus_p_mean_second_order", ValueRange.Share, row => row.Summary.Spread?.OneMinusPMean),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_theory", ValueRange.Difference, row => row.Summary.DeviationTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_finite", ValueRange.Difference, row => row.Summary.DeviationFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("step_z", ValueRange.Finite, row => row.Summary.StepZ),
        DatasetColumn<SummaryRow>.OptionalDouble("degenerate_fraction", ValueRange.Share, row => row.Summary.DegenerateFraction),
        DatasetColumn<SummaryRow>.OptionalDouble("saturated_fraction", ValueRange.Share, row => row.Summary.SaturatedFraction),
        DatasetColumn<SummaryRow>.Int64("rollouts", row => row.Summary.Rollouts),
        DatasetColumn<SummaryRow>.OptionalDouble("p_observed_mean", ValueRange.Share, row => row.PObserved),
        .. EstimateColumns("stuck_fraction", ValueRange.Share, ObservableKind.StuckFraction),
        .. EstimateColumns("kl_reference", ValueRange.NotNegative, ObservableKind.Divergence),
        .. EstimateColumns("entropy", ValueRange.NotNegative, ObservableKind.Entropy),
        .. EstimateColumns("renyi_correction", ValueRange.Finite, ObservableKind.RenyiCorrection),
        .. EstimateColumns("effective_success_arms", ValueRange.NotNegative, ObservableKind.EffectiveSuccessArms),
        .. EstimateColumns("tv_theory", ValueRange.Share, ObservableKind.DistanceToPopulation),
        .. EstimateColumns("tv_finite", ValueRange.Share, ObservableKind.DistanceToFinite),
        .. EstimateColumns("tv_added", ValueRange.Share, ObservableKind.DistanceAdded),
        .. EstimateColumns("bound_held", ValueRange.Share, ObservableKind.BoundHeld),
    ];

    // Linear in p, so that the mean of what is observed is what is observed of the mean.
    private double? PObserved => Summary is { PMean: { } p, OneMinusPMean: { } oneMinusP } ? Cell.Verifier.Observed(p, oneMinusP).P : null;

    private static IEnumerable<DatasetColumn<SummaryRow>> EstimateColumns(string name, ValueRange range, ObservableKind kind)
    {
        var observable = new Observable(kind);
        Estimate? Of(SummaryRow row) => row.Summary.Observables.TryGetValue(observable, out Estimate estimate) ? estimate : null;
        return
        [
            DatasetColumn<SummaryRow>.OptionalDouble(name, range, row => Of(row)?.Mean),
            DatasetColumn<SummaryRow>.OptionalDouble($"{name}_se", ValueRange.NotNegative, row => Of(row)?.StandardError),
        ];
    }
}
