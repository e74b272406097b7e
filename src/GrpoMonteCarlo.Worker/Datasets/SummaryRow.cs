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
        DatasetColumn<SummaryRow>.OptionalDouble("p_mean", row => row.Summary.PMean),
        DatasetColumn<SummaryRow>.OptionalDouble("p_sd", row => row.Summary.PSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_se", row => row.Summary.PSe),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q05", row => row.Summary.PQ05),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q50", row => row.Summary.PQ50),
        DatasetColumn<SummaryRow>.OptionalDouble("p_q95", row => row.Summary.PQ95),
        DatasetColumn<SummaryRow>.OptionalDouble("one_minus_p_mean", row => row.Summary.OneMinusPMean),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_mean", row => row.Summary.LogitMean),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_sd", row => row.Summary.LogitSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_theory", row => row.Summary.PTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("p_finite", row => row.Summary.PFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_theory", row => row.Summary.LogitTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_finite", row => row.Summary.LogitFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_sd_theory", row => row.Summary.Spread?.LogitSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_sd_theory", row => row.Summary.Spread?.PSd),
        DatasetColumn<SummaryRow>.OptionalDouble("p_mean_second_order", row => row.Summary.Spread?.PMean),
        DatasetColumn<SummaryRow>.OptionalDouble("one_minus_p_mean_second_order", row => row.Summary.Spread?.OneMinusPMean),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_theory", row => row.Summary.DeviationTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_finite", row => row.Summary.DeviationFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("step_z", row => row.Summary.StepZ),
        DatasetColumn<SummaryRow>.OptionalDouble("degenerate_fraction", row => row.Summary.DegenerateFraction),
        DatasetColumn<SummaryRow>.OptionalDouble("saturated_fraction", row => row.Summary.SaturatedFraction),
        DatasetColumn<SummaryRow>.Int64("rollouts", row => row.Summary.Rollouts),
        DatasetColumn<SummaryRow>.OptionalDouble("p_observed_mean", row => row.PObserved),
        .. EstimateColumns("stuck_fraction", ObservableKind.StuckFraction),
        .. EstimateColumns("kl_reference", ObservableKind.Divergence),
        .. EstimateColumns("entropy", ObservableKind.Entropy),
        .. EstimateColumns("renyi_correction", ObservableKind.RenyiCorrection),
        .. EstimateColumns("effective_success_arms", ObservableKind.EffectiveSuccessArms),
        .. EstimateColumns("tv_theory", ObservableKind.DistanceToPopulation),
        .. EstimateColumns("tv_finite", ObservableKind.DistanceToFinite),
        .. EstimateColumns("tv_added", ObservableKind.DistanceAdded),
        .. EstimateColumns("bound_held", ObservableKind.BoundHeld),
    ];

    // Linear in p, so that the mean of what is observed is what is observed of the mean.
    private double? PObserved => Summary is { PMean: { } p, OneMinusPMean: { } oneMinusP } ? Cell.Verifier.Observed(p, oneMinusP).P : null;

    private static IEnumerable<DatasetColumn<SummaryRow>> EstimateColumns(string name, ObservableKind kind)
    {
        var observable = new Observable(kind);
        Estimate? Of(SummaryRow row) => row.Summary.Observables.TryGetValue(observable, out Estimate estimate) ? estimate : null;
        return
        [
            DatasetColumn<SummaryRow>.OptionalDouble(name, row => Of(row)?.Mean),
            DatasetColumn<SummaryRow>.OptionalDouble($"{name}_se", row => Of(row)?.StandardError),
        ];
    }
}
