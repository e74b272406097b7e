using System.Globalization;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The share of replicates that has reached a success probability, against n.</summary>
internal static class PassagesFigure
{
    public const int MostPanels = 12;
    private const int MostThresholds = 4;

    private static readonly int[] Series = [0, 4, 5, 1];
    private static readonly Dash[] Dashes = [Dash.Solid, Dash.Dashed, Dash.ShortDash, Dash.Dotted];

    public static ReportFigure? Of(RunData run, PassagePaths? paths, Variation variation)
    {
        if (paths is null)
        {
            return null;
        }

        Panel[] panels = [.. paths.Cells.Select(cell => new Panel(new Axis("iteration *n*"), new Axis("share that has reached *τ*"), [.. Marks(paths, cell)])
        {
            Title = ReportFigures.Title(variation.Label(cell)),
        })];
        int thresholds = paths.Thresholds(paths.Cells[0]).Count();
        return !panels.Any(panel => panel.Marks.Count > 0) ? null : ReportFigure.Of(
            new Figure("passages", panels) { SharedX = true, SharedY = true },
            @"Share of replicates whose success probability has reached *τ* at iteration *n* or before. Markers are simulated (reached) with 1.96 standard "
                + @"errors (reached\_se), lines the law of the finite-group chain (reached\_law)."
                + ReportFigures.Omission(Math.Min(thresholds, MostThresholds), thresholds, "thresholds")
                + ReportFigures.Omission(paths.Cells.Length, run.Count, "cells"));
    }

    private static IEnumerable<Mark> Marks(PassagePaths paths, int cell)
    {
        double[] thresholds = [.. paths.Thresholds(cell)];
        foreach ((int place, int i) in Sample.Of(thresholds.Length, MostThresholds).Select((place, i) => (place, i)))
        {
            double threshold = thresholds[place];
            string name = $"*τ* = {Markup.Number(threshold.ToString("G6", CultureInfo.InvariantCulture))}";
            double[] n = paths.Path(cell, threshold, "iteration");
            double[] law = paths.Path(cell, threshold, "reached_law");
            if (law.Any(double.IsFinite))
            {
                yield return new Line(n, law) { Name = $"{name}, law", Series = Series[i], Dash = Dashes[i] };
            }

            double[] reached = paths.Path(cell, threshold, "reached");
            if (reached.Any(double.IsFinite))
            {
                double[] reach = [.. paths.Path(cell, threshold, "reached_se").Select(error => Intervals.Reach * error)];
                yield return new PointSet(n, reached)
                {
                    Name = $"{name}, simulated",
                    Series = Series[i],
                    Low = [.. reached.Zip(reach, (value, half) => value - half)],
                    High = [.. reached.Zip(reach, (value, half) => value + half)],
                };
            }
        }
    }
}
