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
        DatasetColumn<SummaryRow>.Double("p_finite", row => row.Summary.PFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("logit_theory", row => row.Summary.LogitTheory),
        DatasetColumn<SummaryRow>.Double("logit_finite", row => row.Summary.LogitFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_theory", row => row.Summary.DeviationTheory),
        DatasetColumn<SummaryRow>.OptionalDouble("deviation_finite", row => row.Summary.DeviationFinite),
        DatasetColumn<SummaryRow>.OptionalDouble("step_z", row => row.Summary.StepZ),
        DatasetColumn<SummaryRow>.OptionalDouble("degenerate_fraction", row => row.Summary.DegenerateFraction),
        DatasetColumn<SummaryRow>.OptionalDouble("saturated_fraction", row => row.Summary.SaturatedFraction),
        DatasetColumn<SummaryRow>.Int64("rollouts", row => row.Summary.Rollouts),
    ];
}
