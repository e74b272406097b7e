using System.Globalization;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Coupled cells minus the ones that they are compared with, against n: a panel for each of these and each parameter.</summary>
internal static class DifferencesFigure
{
    private const int MostPanels = 12;
    private const int MostLines = 4;
    private const int MostIterations = 11;

    private static readonly Dash[] Dashes = [Dash.Solid, Dash.Dashed, Dash.ShortDash, Dash.Dotted];

    public static ReportFigure? Of(RunData run, CellPairs? pairs, Variation variation)
    {
        if (pairs is null)
        {
            return null;
        }

        // A panel's pairs have the baseline in common, and in what they differ from it.
        (int Baseline, Column[] By, (int Cell, int Baseline)[] Pairs)[] all = [.. pairs.All
            .GroupBy(pair => (pair.Baseline, By: string.Join('\n', variation.Between(pair.Cell, pair.Baseline).Select(column => column.Name))))
            .Select(panel => (panel.Key.Baseline, variation.Between(panel.First().Cell, panel.Key.Baseline), panel.ToArray()))];
        if (all.Length == 0)
        {
            return null;
        }

        var chosen = Sample.Of(all, MostPanels);
        int[] baselines = [.. chosen.Select(panel => panel.Baseline).Distinct()];
        Panel[] panels = [.. chosen.Select(panel => new Panel(
            new Axis("iteration *n*"), new Axis("difference of *p*"), [.. Marks(run, pairs, panel.Pairs, panel.By)])
        {
            Title = ReportFigures.Title(Title(panel.Baseline, panel.By, baselines, variation)),
        })];
        double[] ratios = [.. pairs.All.Select(pair => pairs.Path(pair, "variance_ratio")[^1]).Where(double.IsFinite).Order()];
        string gain = ratios.Length == 0
            ? ""
            : $" At the last iteration, cells that are not coupled would need {Digits(ratios[0])} to {Digits(ratios[^1])} times as many replicates for the "
                + @"same errors (variance\_ratio).";
        int lines = chosen.Max(panel => panel.Pairs.Length);
        return ReportFigure.Of(
            new Figure("differences", panels) { SharedX = true },
            "Differences of *p*_{*n*} between cells that draw the same random numbers and differ in one parameter. "
                + @"Markers are simulated (p\_difference) with 1.96 standard errors (p\_difference\_se), lines the difference of the recurrences for groups of *G* (p\_difference\_finite)."
                + gain
                + ReportFigures.Omission(Math.Min(lines, MostLines), lines, "cells of a panel")
                + ReportFigures.Omission(chosen.Length, all.Length, "panels"));
    }

    private static string Digits(double ratio) => Markup.Number(ratio.ToString("G3", CultureInfo.InvariantCulture));

    // What the baseline has in the place of what varies, and what tells it from other panels' baselines.
    private static string Title(int baseline, Column[] by, int[] baselines, Variation variation)
    {
        Column[] others = [.. variation.Columns.Except(by).Where(column => baselines.Select(column.Text).Distinct().Skip(1).Any())];
        string against = $"against {Variation.Label(by, baseline)}";
        return others.Length == 0 ? against : $"{against}; {Variation.Label(others, baseline)}";
    }

    private static IEnumerable<Mark> Marks(RunData run, CellPairs pairs, (int Cell, int Baseline)[] drawn, Column[] by)
    {
        double[] n = Sample.OfAxis([.. Enumerable.Range(0, run.Iterations + 1).Select(place => (double)place)], MostIterations);
        foreach (((int Cell, int Baseline) pair, int i) in Sample.Of(drawn, MostLines).Select((pair, i) => (pair, i)))
        {
            double[] Path(string name)
            {
                double[] all = pairs.Path(pair, name);
                return all.Length == run.Iterations + 1 ? [.. n.Select(place => all[(int)place])] : [.. n.Select(_ => double.NaN)];
            }

            string label = Variation.Label(by, pair.Cell);
            double[] finite = Path("p_difference_finite");
            if (finite.Any(double.IsFinite))
            {
                yield return new Line(n, finite) { Name = label, Series = i, Dash = Dashes[i] };
            }

            double[] measured = Path("p_difference");
            double[] reach = [.. Path("p_difference_se").Select(error => Intervals.Reach * error)];
            yield return new PointSet(n, measured)
            {
                Name = label,
                Series = i,
                Low = [.. measured.Zip(reach, (value, half) => value - half)],
                High = [.. measured.Zip(reach, (value, half) => value + half)],
            };
        }
    }
}
