using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of passages.parquet: a cell, a threshold and an iteration.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Value">What was measured and what the law says.</param>
internal sealed record PassageRow(int Index, Cell Cell, Passage Value)
{
    public static IReadOnlyList<DatasetColumn<PassageRow>> Columns { get; } =
    [
        DatasetColumn<PassageRow>.Int32("cell", row => row.Index),
        DatasetColumn<PassageRow>.Text("cell_id", row => row.Cell.Id),
        DatasetColumn<PassageRow>.Double("threshold", ValueRange.Share, row => row.Value.Threshold),
        DatasetColumn<PassageRow>.Int32("iteration", row => row.Value.Iteration),
        DatasetColumn<PassageRow>.OptionalDouble("reached", ValueRange.Share, row => row.Value.Reached?.Mean),
        DatasetColumn<PassageRow>.OptionalDouble("reached_se", ValueRange.NotNegative, row => row.Value.Reached?.StandardError),
        DatasetColumn<PassageRow>.OptionalDouble("reached_law", ValueRange.Share, row => row.Value.Law),
        DatasetColumn<PassageRow>.OptionalDouble("law_error", ValueRange.NotNegative, row => row.Value.LawError),
    ];
}
