using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of passage_times.parquet: a cell and a region that its replicates leave.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Value">What was measured and what the law says.</param>
internal sealed record PassageTimeRow(int Index, Cell Cell, PassageTime Value)
{
    public static IReadOnlyList<DatasetColumn<PassageTimeRow>> Columns { get; } =
    [
        DatasetColumn<PassageTimeRow>.Int32("cell", row => row.Index),
        DatasetColumn<PassageTimeRow>.Text("cell_id", row => row.Cell.Id),
        DatasetColumn<PassageTimeRow>.Text("region", row => row.Value.Region == PassageRegion.Basin ? "basin" : "threshold"),
        DatasetColumn<PassageTimeRow>.Double("p_low", ValueRange.Share, row => row.Value.Low),
        DatasetColumn<PassageTimeRow>.Double("p_high", ValueRange.Share, row => row.Value.High),
        DatasetColumn<PassageTimeRow>.Int64("replicates", row => row.Value.Replicates),
        DatasetColumn<PassageTimeRow>.OptionalDouble("left", ValueRange.Share, row => row.Value.Measured?.Left.Mean),
        DatasetColumn<PassageTimeRow>.OptionalDouble("left_se", ValueRange.NotNegative, row => row.Value.Measured?.Left.StandardError),
        DatasetColumn<PassageTimeRow>.OptionalDouble("left_law", ValueRange.Share, row => row.Value.Law?.Left),
        DatasetColumn<PassageTimeRow>.OptionalDouble("left_law_error", ValueRange.NotNegative, row => row.Value.Law?.LeftError),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_restricted_mean", ValueRange.NotNegative, row => row.Value.Measured?.RestrictedMean.Mean),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_restricted_mean_se", ValueRange.NotNegative, row => row.Value.Measured?.RestrictedMean.StandardError),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_restricted_mean_law", ValueRange.NotNegative, row => row.Value.Law?.RestrictedMean),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_restricted_mean_law_error", ValueRange.NotNegative, row => row.Value.Law?.RestrictedMeanError),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_mean", ValueRange.NotNegative, row => row.Value.Measured?.Mean),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_mean_law", ValueRange.NotNegative, row => row.Value.Law?.Mean),
        DatasetColumn<PassageTimeRow>.OptionalDouble("time_mean_law_error", ValueRange.NotNegative, row => row.Value.Law?.MeanError),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q05", row => row.Value.Measured?.Q05),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q05_law", row => row.Value.Law?.Q05),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q50", row => row.Value.Measured?.Q50),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q50_law", row => row.Value.Law?.Q50),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q95", row => row.Value.Measured?.Q95),
        DatasetColumn<PassageTimeRow>.OptionalInt32("time_q95_law", row => row.Value.Law?.Q95),
    ];
}
