using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Writes passages.parquet, basins.parquet and passage_times.parquet from recorded trajectories.</summary>
internal static class PassageDatasets
{
    // What one cell adds to them.
    private sealed record CellRows(PassageRow[] Passages, BasinRow[] Basins, PassageTimeRow[] Times);

    // Each may have a law, whose densities are in memory.
    private const int CellsAtOnce = 16;

    /// <summary>Writes all three and gives their numbers of rows.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ranges">Of each cell its finished ranges.</param>
    /// <param name="passageStream">Takes passages.parquet.</param>
    /// <param name="basinStream">Takes basins.parquet.</param>
    /// <param name="timeStream">Takes passage_times.parquet.</param>
    /// <param name="workers">Threads for the laws.</param>
    /// <param name="cancellation">Stops between cells.</param>
    public static long[] Write(
        Plan plan,
        IReadOnlyList<IReadOnlyList<StoredRange>> ranges,
        Stream passageStream,
        Stream basinStream,
        Stream timeStream,
        int workers,
        CancellationToken cancellation)
    {
        using var passages = new Dataset<PassageRow>(passageStream, PassageRow.Columns, plan.Experiment);
        using var basins = new Dataset<BasinRow>(basinStream, BasinRow.Columns, plan.Experiment);
        using var times = new Dataset<PassageTimeRow>(timeStream, PassageTimeRow.Columns, plan.Experiment);
        CellRows RowsOfCell(int index) => RowsOf(plan, index, ranges[index], cancellation);
        foreach (CellRows rows in SideBySide.Of(plan.Cells.Count, CellsAtOnce, workers, RowsOfCell, cancellation))
        {
            passages.AddRange(rows.Passages);
            basins.AddRange(rows.Basins);
            times.AddRange(rows.Times);
        }

        return [passages.Finish(), basins.Finish(), times.Finish()];
    }

    private static CellRows RowsOf(Plan plan, int index, IReadOnlyList<StoredRange> ranges, CancellationToken cancellation)
    {
        Cell cell = plan.Cells[index];
        var found = new Passages(plan.Experiment, plan.TheoryOf(cell));
        foreach (StoredRange range in ranges)
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(RangeStore.Load(cell, range).Trajectories!);
        }

        return new CellRows(
            [.. found.ByIteration().Select(passage => new PassageRow(index, cell, passage))],
            [.. found.ByBasin().Select(basin => new BasinRow(index, cell, basin))],
            [.. found.ByRegion().Select(time => new PassageTimeRow(index, cell, time))]);
    }
}
