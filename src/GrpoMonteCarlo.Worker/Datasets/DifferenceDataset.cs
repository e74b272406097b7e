using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Writes differences.parquet from the finished ranges of coupled cells.</summary>
internal static class DifferenceDataset
{
    /// <summary>Writes it and gives its number of rows.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="store">Its finished ranges.</param>
    /// <param name="stream">Takes differences.parquet.</param>
    /// <param name="cancellation">Stops between cells.</param>
    public static long Write(Plan plan, RangeStore store, Stream stream, CancellationToken cancellation)
    {
        using var dataset = new Dataset<DifferenceRow>(stream, DifferenceRow.Columns, plan.Experiment);
        var numbers = new Dictionary<Cell, int>();
        for (int index = 0; index < plan.Cells.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            Cell cell = plan.Cells[index];
            numbers.Add(cell, index);
            if (cell.Comparisons.Count > 0)
            {
                CellTheory theory = plan.TheoryOf(cell);
                CellTheory[] baselines = [.. cell.Comparisons.Select(comparison => plan.TheoryOf(comparison.Baseline))];
                RangeSums? sums = store.Read(cell, theory).Sums is { Replicates: > 0 } some ? some : null;
                foreach (CellDifference difference in Enumerable.Range(0, plan.Experiment.Iterations + 1)
                    .SelectMany(n => CellDifference.Of(cell, CellSummary.Of(cell, theory, sums, n), theory, baselines))
                    .OrderBy(difference => numbers[difference.Comparison.Baseline])) // stable: iterations stay in order
                {
                    dataset.Add(new DifferenceRow(index, cell, numbers[difference.Comparison.Baseline], difference));
                }
            }
        }

        return dataset.Finish();
    }
}
