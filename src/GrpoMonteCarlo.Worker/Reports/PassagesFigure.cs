using System.Globalization;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The share of replicates that has reached a success probability, against n.</summary>
internal static class PassagesFigure
{
    public const int MostPanels = 12;
    private const int MostThresholds = 4;

    // Of a line: more would cover each other.
    private const int MostMarkers = 21;
    private const double LeastOfLaw = 1e-6;

    private static readonly int[] Series = [0, 4, 5, 1];
    private static readonly Dash[] Dashes = [Dash.Solid, Dash.Dashed, Dash.ShortDash, Dash.Dotted];

    public static ReportFigure? Of(RunData run, PassagePaths? paths, Variation variation)
    {
        if (paths is null)
        {
            return null;
        }

        // By ratios, from the power of ten below one replicate.
        double most = run.Last("replicates").Max();
        double least = most > 0 ? Math.Pow(10, Math.Min(Math.Floor(-Math.Log10(most)), -1)) : LeastOfLaw;
        var y = new Axis("share that has reached *τ*", Scale.Log) { From = least, To = 1 };
        Panel[] panels = [.. paths.Cells.Select(cell => new Panel(new Axis("iteration *n*"), y, [.. Marks(paths, cell)])
        {
            Title = ReportFigures.Title(variation.Label(cell)),
        })];
        int thresholds = paths.Thresholds(paths.Cells[0]).Count();
        return !panels.Any(panel => panel.Marks.Count > 0) ? null : ReportFigure.Of(
            new Figure("passages", panels) { SharedX = true, SharedY = true },
            @"Share of replicates whose success probability has reached *τ* at iteration *n* or before. Markers are simulated (reached) with 1.96 standard "
                + @"errors (reached\_se), lines the law of the finite-group chain (reached\_law). "
                + "A share of 0 has no place on the axis."
                + ReportFigures.Omission(Math.Min(thresholds, MostThresholds), thresholds, "thresholds")
                + ReportFigures.Omission(paths.Cells.Length, run.Count, "cells"));
    }

    private static IEnumerable<Mark> Marks(PassagePaths paths, int cell)
    {
        double[] thresholds = [.. paths.Thresholds(cell)];
        foreach ((int place, int series) in Sample.Of(thresholds.Length, MostThresholds).Select((place, series) => (place, series)))
        {
            double threshold = thresholds[place];
            string name = $"*τ* = {Markup.Number(threshold.ToString("G6", CultureInfo.InvariantCulture))}";
            double[] n = paths.Path(cell, threshold, "iteration");
            double[] law = paths.Path(cell, threshold, "reached_law");
            int[] drawn = [.. Enumerable.Range(0, n.Length).Where(i => law[i] > 0)];
            if (drawn.Length > 0)
            {
                yield return new Line([.. drawn.Select(i => n[i])], [.. drawn.Select(i => law[i])])
                {
                    Name = $"{name}, law",
                    Series = Series[series],
                    Dash = Dashes[series],
                };
            }

            double[] reached = paths.Path(cell, threshold, "reached");
            double[] error = paths.Path(cell, threshold, "reached_se");
            int stride = (n.Length + MostMarkers - 2) / (MostMarkers - 1);
            int[] marked = [.. Enumerable.Range(0, n.Length).Where(i => reached[i] > 0 && (n.Length - 1 - i) % stride == 0)];
            if (marked.Length > 0)
            {
                yield return new PointSet([.. marked.Select(i => n[i])], [.. marked.Select(i => reached[i])])
                {
                    Name = $"{name}, simulated",
                    Series = Series[series],
                    Low = [.. marked.Select(i => reached[i] - (Intervals.Reach * error[i]))],
                    High = [.. marked.Select(i => reached[i] + (Intervals.Reach * error[i]))],
                };
            }
        }
    }
}
