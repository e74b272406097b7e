using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A dataset that a run may have.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="IsIn">Whether the run of a plan has it.</param>
internal sealed record DatasetKind(string Name, IReadOnlyList<DatasetColumn> Columns, Func<Plan, bool> IsIn)
{
    public static DatasetKind Summary { get; } = new(RunFolder.Summary, SummaryRow.Columns, _ => true);

    public static DatasetKind Cells { get; } = new(RunFolder.Cells, CellRow.Columns, _ => true);

    public static DatasetKind PassAtK { get; } = new(
        RunFolder.PassAtK, PassAtRow.Columns, plan => plan.Cells.Any(cell => cell.Population is not null));

    public static DatasetKind Differences { get; } = new(
        RunFolder.Differences, DifferenceRow.Columns, plan => plan.Experiment.Coupling != Coupling.None && IsSimulated(plan));

    public static DatasetKind Trajectories { get; } = new(
        RunFolder.Trajectories, TrajectoryRow.Columns, plan => plan.Experiment.RecordTrajectories && IsSimulated(plan));

    public static DatasetKind Passages { get; } = new(RunFolder.Passages, PassageRow.Columns, HasPassages);

    public static DatasetKind Basins { get; } = new(RunFolder.Basins, BasinRow.Columns, HasPassages);

    public static DatasetKind PassageTimes { get; } = new(RunFolder.PassageTimes, PassageTimeRow.Columns, HasPassages);

    /// <summary>All there are, the summary first.</summary>
    public static IReadOnlyList<DatasetKind> All { get; } = [Summary, Cells, PassAtK, Differences, Trajectories, Passages, Basins, PassageTimes];

    private static bool HasPassages(Plan plan) => plan.Experiment.Passages.Count > 0 && IsSimulated(plan);

    private static bool IsSimulated(Plan plan) => plan.Experiment.Replicates > 0;
}
