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

    // A turn that is seen: of so much of a curve's own range, and more than rounding.
    private const double VisibleTurn = 0.01;
    private const double LeastTurn = 1e-6;

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

        // Dashes and dots that go up and down at every iteration cover each other: then points.
        bool areSwings = 2 * cells.Count(cell => Swings(successes.Finite(cell)) || Swings(successes.Theory(cell))) > cells.Length;
        Panel[] panels = [.. cells.Select(cell => new Panel(
            new Axis("iteration *n*"), successes.Axis, [.. areSwings ? Points(run, successes, cell, n) : Marks(run, successes, cell, n)])
        {
            Title = ReportFigures.Title(variation.Label(cell)),
        })];
        string band = "with the band that holds 90\u00A0% of them (p\\_q05 to p\\_q95)";
        string drawn = (areSwings, run.IsEmpirical) switch
        {
            (true, true) => $@"A point for each iteration: the widest the mean over replicates (p\_mean) {band}, narrower",
            (true, false) => "A point for each iteration: the wider",
            (false, true) => $@"Solid the mean over replicates (p\_mean) {band}, dashed",
            _ => "Dashed",
        };
        return ReportFigure.Of(
            new Figure("iterates", panels) { SharedX = true, SharedY = true, Columns = columns, Width = columns > 3 ? 860 : null },
            $@"Success probability over iterations. {drawn} the recurrence for groups of *G* (p\_finite), {(areSwings ? "black" : "dotted")} "
                + $@"the paper's for infinitely large ones (p\_theory).{successes.Remark}"
                + ReportFigures.Omission(cells.Length, run.Count, "cells"));
    }

    private static bool AreAllDrawn(RunData run) =>
        run.Count <= SampledPanels || (run.Count <= MostPanels && run.Iterations <= MostIterations);

    // Whether most iterations are turns.
    private static bool Swings(double[] p)
    {
        double[] finite = [.. p.Where(double.IsFinite)];
        double least = finite.Length == 0 ? 0 : Math.Max(VisibleTurn * (finite.Max() - finite.Min()), LeastTurn);
        int turns = Enumerable.Range(0, Math.Max(p.Length - 2, 0)).Count(n =>
            Math.Min(Math.Abs(p[n + 1] - p[n]), Math.Abs(p[n + 2] - p[n + 1])) > least && (p[n + 1] > p[n]) != (p[n + 2] > p[n + 1]));
        return 2 * turns > p.Length;
    }

    // The widest first, so that all are seen where they coincide.
    private static IEnumerable<Mark> Points(RunData run, Successes successes, int cell, double[] n)
    {
        foreach (Mark mark in Marks(run, successes, cell, n))
        {
            yield return mark is not Line line ? mark : new PointSet(line.X, line.Y)
            {
                Name = line.Name,
                Series = line.Series,
                DotSize = line.Dash switch { Dash.Solid => 5, Dash.Dashed => 3, _ => 1.6 },
            };
        }
    }

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
