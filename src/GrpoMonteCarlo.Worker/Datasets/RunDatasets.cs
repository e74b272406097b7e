using System.Runtime.ExceptionServices;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>What writing the datasets of a finished run found.</summary>
internal sealed record RunDatasets(IReadOnlyList<DatasetFile> Files, Certificate Certificate, IReadOnlyList<SummaryRow> LastIterations)
{
    // What one cell adds to the datasets, and the ranges that it is made of.
    private sealed record CellRows(CellRow Cell, CellSummary[] Iterations, PassAt[] Curves, IReadOnlyList<StoredRange> Ranges);

    // Cells whose closed forms are worked out side by side; their rows are in memory together.
    private const int CellsAtOnce = 64;

    /// <summary>Writes the datasets from finished ranges.</summary>
    /// <param name="plan">The plan, all of whose cells are finished.</param>
    /// <param name="store">The ranges.</param>
    /// <param name="folder">Where the datasets go.</param>
    /// <param name="workers">Threads for the closed forms.</param>
    /// <param name="cancellation">Stops between cells; nothing half-written stays.</param>
    public static RunDatasets Write(Plan plan, RangeStore store, string folder, int workers, CancellationToken cancellation) =>
        Write(plan, store, new DatasetFolder(folder), workers, cancellation);

    /// <summary>Writes them to a folder, or only for their hashes.</summary>
    public static RunDatasets Write(Plan plan, RangeStore store, DatasetTarget folder, int workers, CancellationToken cancellation)
    {
        var stepZ = new List<double>();
        var lastIterations = new List<SummaryRow>();
        var files = new List<DatasetFile>();
        var ranges = new List<IReadOnlyList<StoredRange>>();
        long summaryRows = 0;
        long cellRows = 0;
        long passAtRows = 0;
        (long Passages, long Basins, long Times) passageRows = default;
        bool anyPopulation = plan.Cells.Any(cell => cell.Population is not null);
        Write(folder, RunFolder.Summary, true, summaryStream => Write(folder, RunFolder.Cells, true, cellsStream => Write(folder, RunFolder.PassAtK, anyPopulation, passAtStream =>
        {
            using var summaries = new Dataset<SummaryRow>(summaryStream!, SummaryRow.Columns, plan.Experiment);
            using var cells = new Dataset<CellRow>(cellsStream!, CellRow.Columns, plan.Experiment);
            using Dataset<PassAtRow>? passAt = passAtStream is null ? null : new Dataset<PassAtRow>(passAtStream, PassAtRow.Columns, plan.Experiment);
            foreach ((CellRow cell, CellSummary[] iterations, PassAt[] curves, IReadOnlyList<StoredRange> stored) in RowsOf(plan, store, workers, cancellation))
            {
                cells.Add(cell);
                ranges.Add(stored);
                foreach (PassAt value in curves)
                {
                    passAt!.Add(new PassAtRow(cell.Index, cell.Cell, value));
                }

                foreach (CellSummary iteration in iterations)
                {
                    summaries.Add(new SummaryRow(cell.Index, cell.Cell, iteration));
                    if (iteration.StepZ is { } z)
                    {
                        stepZ.Add(z);
                    }
                }

                lastIterations.Add(new SummaryRow(cell.Index, cell.Cell, iterations[^1]));
            }

            summaries.Finish();
            cells.Finish();
            passAt?.Finish();
            (summaryRows, cellRows, passAtRows) = (summaries.Rows, cells.Rows, passAt?.Rows ?? 0);
        })));
        files.Add(Describe(folder, RunFolder.Summary, summaryRows));
        files.Add(Describe(folder, RunFolder.Cells, cellRows));
        if (anyPopulation)
        {
            files.Add(Describe(folder, RunFolder.PassAtK, passAtRows));
        }

        long differenceRows = 0;
        bool hasDifferences = DifferenceDataset.IsIn(plan.Experiment);
        Write(folder, RunFolder.Differences, hasDifferences, stream => differenceRows = stream is null ? 0 : DifferenceDataset.Write(plan, store, stream, cancellation));
        if (hasDifferences)
        {
            files.Add(Describe(folder, RunFolder.Differences, differenceRows));
        }

        if (plan.Experiment.RecordTrajectories && plan.Experiment.Replicates > 0)
        {
            files.Add(Describe(folder, RunFolder.Trajectories, WriteTrajectories(plan, folder, ranges, cancellation)));
        }
        else
        {
            folder.Delete(RunFolder.Trajectories); // of an earlier run that recorded them
        }

        bool hasPassages = PassageDatasets.AreIn(plan.Experiment);
        Write(folder, RunFolder.Passages, hasPassages, passages => Write(folder, RunFolder.Basins, hasPassages, basins => Write(folder, RunFolder.PassageTimes, hasPassages, times =>
            passageRows = hasPassages ? PassageDatasets.Write(plan, ranges, passages!, basins!, times!, workers, cancellation) : default)));
        if (hasPassages)
        {
            files.Add(Describe(folder, RunFolder.Passages, passageRows.Passages));
            files.Add(Describe(folder, RunFolder.Basins, passageRows.Basins));
            files.Add(Describe(folder, RunFolder.PassageTimes, passageRows.Times));
        }

        return new RunDatasets(files, new Certificate(stepZ), lastIterations);
    }

    // A file that the experiment does not have is not left from an earlier run that had it.
    private static void Write(DatasetTarget folder, string name, bool wanted, Action<Stream?> write)
    {
        if (wanted)
        {
            folder.Write(name, write);
        }
        else
        {
            write(null);
            folder.Delete(name);
        }
    }

    private static IEnumerable<CellRows> RowsOf(
        Plan plan, RangeStore store, int workers, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        for (int first = 0; first < plan.Cells.Count; first += CellsAtOnce)
        {
            int start = first;
            var batch = new CellRows[Math.Min(CellsAtOnce, plan.Cells.Count - first)];
            try
            {
                Parallel.For(0, batch.Length, options, i => batch[i] = RowsOf(plan, store, start + i));
            }
            catch (AggregateException several)
            {
                ExceptionDispatchInfo.Throw(several.InnerExceptions[0]); // of a disk, all say the same
            }

            foreach (CellRows cell in batch)
            {
                yield return cell;
            }
        }
    }

    private static CellRows RowsOf(Plan plan, RangeStore store, int index)
    {
        Cell cell = plan.Cells[index];
        CellTheory theory = plan.TheoryOf(cell);
        StoredCell? stored = plan.Experiment.Replicates == 0 ? null : store.Read(cell, theory);
        RangeSums? sums = stored?.Sums.Replicates > 0 ? stored.Sums : null;
        var iterations = new CellSummary[plan.Experiment.Iterations + 1];
        for (int n = 0; n < iterations.Length; n++)
        {
            iterations[n] = CellSummary.Of(cell, theory, sums, n);
        }

        long rollouts = iterations.Sum(iteration => iteration.Rollouts);
        LongRun? finite = theory.FiniteLongRun();
        return new CellRows(
            new CellRow(index, cell, theory.PopulationLongRun(), finite, theory.StationaryLogitVariance(finite), rollouts, stored?.Stopped),
            iterations,
            [.. iterations.SelectMany(summary => PassAt.CurveOf(cell, theory, summary))],
            stored?.Ranges ?? []);
    }

    private static long WriteTrajectories(Plan plan, DatasetTarget folder, List<IReadOnlyList<StoredRange>> ranges, CancellationToken cancellation)
    {
        long rows = 0;
        folder.Write(RunFolder.Trajectories, stream =>
        {
            using var dataset = new Dataset<TrajectoryRow>(stream, TrajectoryRow.Columns, plan.Experiment);
            for (int index = 0; index < plan.Cells.Count; index++)
            {
                foreach (StoredRange range in ranges[index])
                {
                    cancellation.ThrowIfCancellationRequested();
                    AddTrajectories(dataset, index, RangeStore.Load(plan.Cells[index], range), plan.Experiment.Iterations);
                }
            }

            dataset.Finish();
            rows = dataset.Rows;
        });
        return rows;
    }

    private static void AddTrajectories(Dataset<TrajectoryRow> dataset, int index, RangeResult range, int iterations)
    {
        Trajectories trajectories = range.Trajectories!;
        int stride = trajectories.Iterations + 1; // the range may have been simulated further than this experiment goes
        for (int first = 0; first < trajectories.Rows; first += stride)
        {
            for (int n = 0; n <= iterations; n++)
            {
                int row = first + n;
                double logit = trajectories.Logit[row];
                dataset.Add(new TrajectoryRow(
                    index,
                    range.Sums.First + (first / stride),
                    n,
                    SuccessProbability.FromLogit(logit).P,
                    logit,
                    n == 0 ? null : trajectories.Step[row],
                    n == 0 ? null : trajectories.DegenerateGroups[row]));
            }
        }
    }

    private static DatasetFile Describe(DatasetTarget folder, string name, long rows) => folder.Describe(name, rows);
}
