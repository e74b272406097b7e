using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>The columns that say which cell a row is of, the same in every dataset by cell.</summary>
internal static class CellColumns
{
    public static IReadOnlyList<DatasetColumn<TRow>> Of<TRow>(Func<TRow, int> index, Func<TRow, Cell> cell) =>
    [
        DatasetColumn<TRow>.Int32("cell", index),
        DatasetColumn<TRow>.Text("cell_id", row => cell(row).Id),
        DatasetColumn<TRow>.Double("p_ref", row => cell(row).PRef),
        DatasetColumn<TRow>.Double("p_start", row => cell(row).Start),
        DatasetColumn<TRow>.Double("beta", row => cell(row).Beta),
        DatasetColumn<TRow>.Double("epsilon", row => cell(row).Epsilon),
        DatasetColumn<TRow>.Int32("group_size", row => cell(row).GroupSize),
        DatasetColumn<TRow>.Int64("groups", row => cell(row).Groups),
        DatasetColumn<TRow>.Text("advantage", row => ExperimentJson.Name(cell(row).Advantage)),
        DatasetColumn<TRow>.Text("anchor", row => cell(row).Anchor.Name),
        DatasetColumn<TRow>.Double("alpha", row => cell(row).Anchor.Alpha),
        DatasetColumn<TRow>.Text("estimator", row => ExperimentJson.Name(cell(row).Estimator)),
        DatasetColumn<TRow>.Text("sampler", row => ExperimentJson.Name(cell(row).Sampler)),
    ];
}
