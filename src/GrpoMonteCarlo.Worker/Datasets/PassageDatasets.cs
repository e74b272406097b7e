using System.Runtime.ExceptionServices;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Writes passages.parquet, basins.parquet and passage_times.parquet from recorded trajectories.</summary>
internal static class PassageDatasets
{
    // Each may have a law, whose densities are in memory.
    private const int CellsAtOnce = 16;

    /// <summary>Whether an experiment has them.</summary>
    public static bool AreIn(Experiment experiment) => experiment.Passages.Count > 0 && experiment.Replicates > 0;

    /// <summary>Writes all three and gives their numbers of rows.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ranges">Of each cell its finished ranges.</param>
    /// <param name="passageStream">Takes passages.parquet.</param>
    /// <param name="basinStream">Takes basins.parquet.</param>
    /// <param name="timeStream">Takes passage_times.parquet.</param>
    /// <param name="workers">Threads for the laws.</param>
    /// <param name="cancellation">Stops between cells.</param>
    public static (long Passages, long Basins, long Times) Write(
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
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        for (int first = 0; first < plan.Cells.Count; first += CellsAtOnce)
        {
            int start = first;
            var rows = new (Passage[] Passages, BasinShare[] Basins, PassageTime[] Times)[Math.Min(CellsAtOnce, plan.Cells.Count - first)];
            try
            {
                Parallel.For(0, rows.Length, options, i => rows[i] = RowsOf(plan, plan.Cells[start + i], ranges[start + i], cancellation));
            }
            catch (AggregateException several)
            {
                ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
            }

            for (int i = 0; i < rows.Length; i++)
            {
                (int index, Cell cell) = (first + i, plan.Cells[first + i]);
                foreach (Passage passage in rows[i].Passages)
                {
                    passages.Add(new PassageRow(index, cell, passage));
                }

                foreach (BasinShare basin in rows[i].Basins)
                {
                    basins.Add(new BasinRow(index, cell, basin));
                }

                foreach (PassageTime time in rows[i].Times)
                {
                    times.Add(new PassageTimeRow(index, cell, time));
                }
            }
        }

        passages.Finish();
        basins.Finish();
        times.Finish();
        return (passages.Rows, basins.Rows, times.Rows);
    }

    private static (Passage[] Passages, BasinShare[] Basins, PassageTime[] Times) RowsOf(
        Plan plan, Cell cell, IReadOnlyList<StoredRange> ranges, CancellationToken cancellation)
    {
        var found = new Passages(plan.Experiment, plan.TheoryOf(cell));
        foreach (StoredRange range in ranges)
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(RangeStore.Load(cell, range).Trajectories!);
        }

        return ([.. found.ByIteration()], [.. found.ByBasin()], [.. found.ByRegion()]);
    }
}
