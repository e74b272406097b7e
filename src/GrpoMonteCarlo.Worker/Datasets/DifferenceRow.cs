using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of differences.parquet: a coupled cell minus the one that it is compared with, at an iteration.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Baseline">The number of the other one.</param>
/// <param name="Value">What was measured and what the closed forms say.</param>
internal sealed record DifferenceRow(int Index, Cell Cell, int Baseline, CellDifference Value)
{
    public static IReadOnlyList<DatasetColumn<DifferenceRow>> Columns { get; } =
    [
        DatasetColumn<DifferenceRow>.Int32("cell", row => row.Index),
        DatasetColumn<DifferenceRow>.Text("cell_id", row => row.Cell.Id),
        DatasetColumn<DifferenceRow>.Int32("baseline", row => row.Baseline),
        DatasetColumn<DifferenceRow>.Text("baseline_id", row => row.Value.Comparison.Baseline.Id),
        DatasetColumn<DifferenceRow>.Text("parameter", row => row.Value.Comparison.Parameter),
        DatasetColumn<DifferenceRow>.Int32("iteration", row => row.Value.Iteration),
        DatasetColumn<DifferenceRow>.Int64("replicates", row => row.Value.Replicates),
        DatasetColumn<DifferenceRow>.OptionalDouble("p_difference", ValueRange.Difference, row => row.Value.P?.Mean),
        DatasetColumn<DifferenceRow>.OptionalDouble("p_difference_se", ValueRange.NotNegative, row => row.Value.P?.StandardError),
        DatasetColumn<DifferenceRow>.OptionalDouble("logit_difference", ValueRange.Finite, row => row.Value.Logit?.Mean),
        DatasetColumn<DifferenceRow>.OptionalDouble("logit_difference_se", ValueRange.NotNegative, row => row.Value.Logit?.StandardError),
        DatasetColumn<DifferenceRow>.OptionalDouble("variance_ratio", ValueRange.NotNegative, row => row.Value.VarianceRatio),
        DatasetColumn<DifferenceRow>.OptionalDouble("p_difference_theory", ValueRange.Difference, row => row.Value.Theory),
        DatasetColumn<DifferenceRow>.OptionalDouble("p_difference_finite", ValueRange.Difference, row => row.Value.Finite),
    ];
}
