using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>What writing the datasets of a finished run found.</summary>
internal sealed record RunDatasets(IReadOnlyList<DatasetFile> Files, Certificate Certificate, IReadOnlyList<SummaryRow> LastIterations)
{
    // What one cell adds to the datasets, and the ranges that it is made of.
    private sealed record CellRows(
        CellRow Cell, SummaryRow[] Iterations, PassAtRow[] Curves, DifferenceRow[] Differences, IReadOnlyList<StoredRange> Ranges);

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
    public static RunDatasets Write(Plan plan, RangeStore store, DatasetTarget target, int workers, CancellationToken cancellation)
    {
        var stepZ = new List<double>();
        var lastIterations = new List<SummaryRow>();
        var ranges = new List<IReadOnlyList<StoredRange>>();
        Dictionary<Cell, int> baselines = NumbersOfBaselines(plan);
        CellRows RowsOfCell(int index) => RowsOf(plan, store, baselines, index);
        DatasetFile[] files =
        [
            .. Write(plan, target, [DatasetKind.Summary, DatasetKind.Cells, DatasetKind.PassAtK, DatasetKind.Differences], streams =>
            {
                using var summaries = new Dataset<SummaryRow>(streams[0]!, SummaryRow.Columns, plan.Experiment);
                using var cells = new Dataset<CellRow>(streams[1]!, CellRow.Columns, plan.Experiment);
                using Dataset<PassAtRow>? passAt = streams[2] is { } ofPrompts ? new(ofPrompts, PassAtRow.Columns, plan.Experiment) : null;
                using Dataset<DifferenceRow>? differences = streams[3] is { } ofPairs ? new(ofPairs, DifferenceRow.Columns, plan.Experiment) : null;
                foreach (CellRows rows in SideBySide.Of(plan.Cells.Count, CellsAtOnce, workers, RowsOfCell, cancellation))
                {
                    cells.Add(rows.Cell);
                    summaries.AddRange(rows.Iterations);
                    passAt?.AddRange(rows.Curves);
                    differences?.AddRange(rows.Differences);
                    stepZ.AddRange(rows.Iterations.Select(row => row.Summary.StepZ).OfType<double>());
                    lastIterations.Add(rows.Iterations[^1]);
                    ranges.Add(rows.Ranges);
                }

                return [summaries.Finish(), cells.Finish(), passAt?.Finish() ?? 0, differences?.Finish() ?? 0];
            }),
            .. Write(plan, target, [DatasetKind.Trajectories], streams => [WriteTrajectories(plan, ranges, streams[0]!, cancellation)]),
            .. Write(plan, target, [DatasetKind.Passages, DatasetKind.Basins, DatasetKind.PassageTimes], streams =>
                PassageDatasets.Write(plan, ranges, streams[0]!, streams[1]!, streams[2]!, workers, cancellation)),
        ];
        return new RunDatasets(files, new Certificate(stepZ, plan.Experiment.Coupling), lastIterations);
    }

    // Writes files side by side and gives what the manifest says of them. In the place of one that the experiment does not have is null, and none
    // is left from an earlier run that had it.
    private static List<DatasetFile> Write(Plan plan, DatasetTarget target, DatasetKind[] kinds, Func<Stream?[], long[]> write)
    {
        var streams = new Stream?[kinds.Length];
        long[] rows = [];
        if (kinds.Any(kind => kind.IsIn(plan)))
        {
            WriteFrom(0);
        }

        var files = new List<DatasetFile>();
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].IsIn(plan))
            {
                files.Add(target.Describe(kinds[i].Name, rows[i]));
            }
            else
            {
                target.Delete(kinds[i].Name);
            }
        }

        return files;

        void WriteFrom(int i)
        {
            if (i == kinds.Length)
            {
                rows = write(streams);
            }
            else if (kinds[i].IsIn(plan))
            {
                target.Write(kinds[i].Name, stream =>
                {
                    streams[i] = stream;
                    WriteFrom(i + 1);
                });
            }
            else
            {
                WriteFrom(i + 1);
            }
        }
    }

    private static CellRows RowsOf(Plan plan, RangeStore store, Dictionary<Cell, int> baselines, int index)
    {
        Cell cell = plan.Cells[index];
        CellTheory theory = plan.TheoryOf(cell);
        StoredCell? stored = plan.Experiment.Replicates == 0 ? null : store.Read(cell, theory);
        RangeSums? sums = stored?.Sums.Replicates > 0 ? stored.Sums : null;
        SummaryRow[] iterations = [.. Enumerable.Range(0, plan.Experiment.Iterations + 1)
            .Select(n => new SummaryRow(index, cell, CellSummary.Of(cell, theory, sums, n)))];
        LongRun? finite = theory.FiniteLongRun();
        return new CellRows(
            new CellRow(
                index,
                cell,
                theory.PopulationLongRun(),
                finite,
                theory.StationaryLogitVariance(finite),
                iterations.Sum(row => row.Summary.Rollouts),
                stored?.Stopped),
            iterations,
            [.. iterations.SelectMany(row => PassAt.CurveOf(cell, theory, row.Summary)).Select(value => new PassAtRow(index, cell, value))],
            DatasetKind.Differences.IsIn(plan) ? DifferencesOf(plan, theory, iterations, baselines) : [],
            stored?.Ranges ?? []);
    }

    private static Dictionary<Cell, int> NumbersOfBaselines(Plan plan)
    {
        HashSet<Cell> baselines = [.. plan.Cells.SelectMany(cell => cell.Comparisons).Select(comparison => comparison.Baseline)];
        return plan.Cells.Index().Where(cell => baselines.Contains(cell.Item)).ToDictionary(cell => cell.Item, cell => cell.Index);
    }

    // Pair by pair, the baselines' numbers and then the iterations rising.
    private static DifferenceRow[] DifferencesOf(Plan plan, CellTheory theory, SummaryRow[] iterations, Dictionary<Cell, int> baselines)
    {
        (_, Cell cell, _) = iterations[0];
        CellTheory[] others = [.. cell.Comparisons.Select(comparison => plan.TheoryOf(comparison.Baseline))];
        return [.. iterations
            .SelectMany(row => CellDifference.Of(cell, row.Summary, theory, others)
                .Select(difference => new DifferenceRow(row.Index, cell, baselines[difference.Comparison.Baseline], difference)))
            .OrderBy(row => row.Baseline)]; // stable
    }

    private static long WriteTrajectories(Plan plan, List<IReadOnlyList<StoredRange>> ranges, Stream stream, CancellationToken cancellation)
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

        return dataset.Finish();
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
}
