using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of basins.parquet: a cell and one of its basins, at the last iteration.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Value">What was measured and what the law says.</param>
internal sealed record BasinRow(int Index, Cell Cell, BasinShare Value)
{
    public static IReadOnlyList<DatasetColumn<BasinRow>> Columns { get; } =
    [
        DatasetColumn<BasinRow>.Int32("cell", row => row.Index),
        DatasetColumn<BasinRow>.Text("cell_id", row => row.Cell.Id),
        DatasetColumn<BasinRow>.Int32("basin", row => row.Value.Number),
        DatasetColumn<BasinRow>.Double("p_low", ValueRange.Share, row => row.Value.Low),
        DatasetColumn<BasinRow>.Double("p_high", ValueRange.Share, row => row.Value.High),
        DatasetColumn<BasinRow>.OptionalDouble("share", ValueRange.Share, row => row.Value.Share?.Mean),
        DatasetColumn<BasinRow>.OptionalDouble("share_se", ValueRange.NotNegative, row => row.Value.Share?.StandardError),
        DatasetColumn<BasinRow>.OptionalDouble("share_law", ValueRange.Share, row => row.Value.Law),
        DatasetColumn<BasinRow>.OptionalDouble("law_error", ValueRange.NotNegative, row => row.Value.LawError),
    ];
}
