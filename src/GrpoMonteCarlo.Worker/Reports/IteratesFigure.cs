using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>p_n against n, a panel for each cell; where parameters make a grid, so do the panels.</summary>
internal static class IteratesFigure
{
    // All of so many cells are drawn, of more a sample, and of long runs, so that the file stays small.
    private const int MostPanels = 24;
    private const int MostIterations = 500;
    private const int SampledPanels = 12;
    private const int FewestInGrid = 5;
    private const int LeastColumns = 3;
    private const int MostColumns = 6;

    /// <summary>The cells that have a panel, rising.</summary>
    public static IEnumerable<int> Cells(RunData run) => Sample.Of(run.Count, AreAllDrawn(run) ? run.Count : SampledPanels);

    public static ReportFigure Of(RunData run, Variation variation)
    {
        int[] cells = [.. Cells(run)];
        int? columns = null;
        if (run.Count >= FewestInGrid && AreAllDrawn(run) && variation.Grid(LeastColumns, MostColumns) is { } grid)
        {
            (cells, columns) = grid;
        }

        var successes = new Successes(run, cells);
        double[] n = [.. Enumerable.Range(0, run.Iterations + 1).Select(i => (double)i)];
        Panel[] panels = [.. cells.Select(cell => new Panel(new Axis("iteration *n*"), successes.Axis, [.. Marks(run, successes, cell, n)])
        {
            Title = ReportFigures.Title(variation.Label(cell)),
        })];
        string measured = run.IsEmpirical
            ? "Solid the mean over replicates (p\\_mean) with the band that holds 90\u00A0% of them (p\\_q05 to p\\_q95), dashed"
            : "Dashed";
        return ReportFigure.Of(
            new Figure("iterates", panels) { SharedX = true, SharedY = true, Columns = columns, Width = columns > 3 ? 860 : null },
            $@"Success probability over iterations. {measured} the recurrence for groups of *G* (p\_finite), dotted the paper's for infinitely "
                + $@"large ones (p\_theory).{successes.Remark}"
                + ReportFigures.Omission(cells.Length, run.Count, "cells"));
    }

    private static bool AreAllDrawn(RunData run) =>
        run.Count <= SampledPanels || (run.Count <= MostPanels && run.Iterations <= MostIterations);

    private static IEnumerable<Mark> Marks(RunData run, Successes successes, int cell, double[] n)
    {
        if (run.IsEmpirical)
        {
            (double[] low, double[] high) = successes.Band(cell);
            yield return new Band(n, low, high) { Name = "90\u00A0% of replicates", Series = 4 };
            yield return new Line(n, successes.Mean(cell)) { Name = "mean", Series = 4, Dash = Dash.Solid };
        }

        if (run.Path(cell, "p_finite").Any(double.IsFinite))
        {
            yield return new Line(n, successes.Finite(cell)) { Name = "groups of *G*", Series = 5, Dash = Dash.Dashed };
        }

        if (run.Path(cell, "p_theory").Any(double.IsFinite))
        {
            yield return new Line(n, successes.Theory(cell)) { Name = "paper, *G* = ∞", Series = 0, Dash = Dash.Dotted };
        }
    }
}
