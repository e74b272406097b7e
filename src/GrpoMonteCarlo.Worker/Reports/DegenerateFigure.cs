using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The share of groups without a signal, against the success probability that drew them.</summary>
internal static class DegenerateFigure
{
    private const int MostSizes = 4;
    private const int LeastCells = 12;
    private const int MostCells = 400;
    private const int MostRows = 40_000;

    /// <summary>The cells whose iterations are drawn, rising.</summary>
    public static IEnumerable<int> Cells(RunData run) => Sample.Of(run.Count, Math.Clamp(MostRows / (run.Iterations + 1), LeastCells, MostCells));

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        double[] all = variation.Values("group_size");
        double[] sizes = Sample.OfAxis(all, MostSizes);
        int[] sample = [.. Cells(run)];
        int[] cells = [.. sample.Where(cell => sizes.Contains(run.Cells("group_size").Number(cell)))];
        if (!run.IsEmpirical || run.Iterations == 0 || cells.Length == 0)
        {
            return null;
        }

        double[] x = [.. Enumerable.Range(0, 201).Select(i => i / 200.0)];
        var marks = new List<Mark>();
        foreach ((double size, int series) in sizes.Select((size, i) => (size, 4 + i)))
        {
            string name = $"*G* = {Markup.Digits(size, 6)}";
            (double P, double Fraction)[] points = [.. cells
                .Where(cell => run.Cells("group_size").Number(cell) == size)
                .SelectMany(cell => Points(run, cell))];
            marks.Add(new Line(x, [.. x.Select(p => Math.Pow(p, size) + Math.Pow(1 - p, size))]) { Name = name, Series = series });
            marks.Add(new PointSet([.. points.Select(point => point.P)], [.. points.Select(point => point.Fraction)])
            {
                Name = name,
                Series = series,
            });
        }

        return ReportFigure.Of(
            new Figure("degenerate",
            [
                new Panel(new Axis("*p* that drew the groups") { From = 0, To = 1 }, new Axis("degenerate groups") { From = 0, To = 1 }, marks),
            ])
            {
                Width = 460,
            },
            @"Share of degenerate groups (degenerate\_fraction) against the success probability that drew them, as the verifier shows it "
                + @"(p\_observed\_mean one iteration before, with a lag as many more). Lines: *p*^{*G*} + (1 − *p*)^{*G*}, of one prompt with "
                + "that very *p*; replicates or prompts that differ raise the share."
                + ReportFigures.Omission(sizes.Length, all.Length, "group sizes")
                + ReportFigures.Omission(sample.Length, run.Count, "cells"));
    }

    private static IEnumerable<(double P, double Fraction)> Points(RunData run, int cell)
    {
        double[] p = run.Path(cell, "p_observed_mean");
        double[] fraction = run.Path(cell, "degenerate_fraction");
        int lag = (int)run.Cells("lag").Number(cell);
        return Enumerable.Range(1, run.Iterations)
            .Select(n => (p[Math.Max(n - 1 - lag, 0)], fraction[n]))
            .Where(point => !double.IsNaN(point.Item1) && !double.IsNaN(point.Item2));
    }
}
