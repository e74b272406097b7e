namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of trajectories.parquet: a replicate at an iteration.</summary>
internal readonly record struct TrajectoryRow(
    int Cell, long Replicate, int Iteration, double P, double Logit, double? Step, long? DegenerateGroups)
{
    public static IReadOnlyList<DatasetColumn<TrajectoryRow>> Columns { get; } =
    [
        DatasetColumn<TrajectoryRow>.Int32("cell", row => row.Cell),
        DatasetColumn<TrajectoryRow>.Int64("replicate", row => row.Replicate),
        DatasetColumn<TrajectoryRow>.Int32("iteration", row => row.Iteration),
        DatasetColumn<TrajectoryRow>.Double("p", ValueRange.Share, row => row.P),
        DatasetColumn<TrajectoryRow>.Double("logit", ValueRange.Logit, row => row.Logit),
        DatasetColumn<TrajectoryRow>.OptionalDouble("step", ValueRange.Finite, row => row.Step),
        DatasetColumn<TrajectoryRow>.OptionalInt64("degenerate_groups", row => row.DegenerateGroups),
    ];
}
