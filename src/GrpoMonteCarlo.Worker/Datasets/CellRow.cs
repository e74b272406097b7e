using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of cells.parquet.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Population">Where the paper's recurrence ends; null where it has no closed form or no end.</param>
/// <param name="Finite">Where the finite group's ends; null likewise.</param>
/// <param name="StationaryLogitVariance">The variance of L that remains at the finite group's limit; null where that is not known.</param>
/// <param name="Rollouts">Rollouts simulated, all replicates and iterations.</param>
/// <param name="Stopped">Why there are no more replicates; null without simulation.</param>
internal sealed record CellRow(
    int Index, Cell Cell, LongRun? Population, LongRun? Finite, double? StationaryLogitVariance, long Rollouts, StopReason? Stopped)
{
    public static IReadOnlyList<DatasetColumn<CellRow>> Columns { get; } =
    [
        .. CellColumns.Of<CellRow>(row => row.Index, row => row.Cell),
        .. LongRunColumns("theory", "beta_bound", row => row.Population),
        .. LongRunColumns("finite", "beta_bound_finite", row => row.Finite),
        DatasetColumn<CellRow>.OptionalDouble("logit_variance_stationary", ValueRange.NotNegative, row => row.StationaryLogitVariance),
        DatasetColumn<CellRow>.Int64("rollouts", row => row.Rollouts),
        DatasetColumn<CellRow>.OptionalText("stopped_by", row => row.Stopped is { } reason ? ExperimentJson.Name(reason) : null),
    ];

    private static IEnumerable<DatasetColumn<CellRow>> LongRunColumns(string suffix, string betaBound, Func<CellRow, LongRun?> of)
    {
        SuccessProbability? Limit(CellRow row) => of(row)?.Limit;
        return
        [
            DatasetColumn<CellRow>.OptionalDouble($"limit_{suffix}", ValueRange.Share, row => Limit(row)?.P),
            DatasetColumn<CellRow>.OptionalDouble($"logit_limit_{suffix}", ValueRange.Logit, row => Limit(row)?.Logit),
            DatasetColumn<CellRow>.OptionalInt32($"period_{suffix}", row => of(row)?.Period),
            DatasetColumn<CellRow>.OptionalInt32($"fixed_points_{suffix}", row => of(row)?.FixedPointCount),
            DatasetColumn<CellRow>.OptionalDouble($"derivative_{suffix}", ValueRange.Finite, row => of(row)?.Derivative),
            DatasetColumn<CellRow>.OptionalDouble(betaBound, ValueRange.NotNegative, row => of(row)?.StabilityBound),
        ];
    }
}
