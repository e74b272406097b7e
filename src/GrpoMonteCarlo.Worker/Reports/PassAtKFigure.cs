using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>What k attempts at each prompt of a population come to: at the start, half way and at the end.</summary>
internal static class PassAtKFigure
{
    public const int MostPanels = 12;

    // Colour and marker; the dashes of the closed forms.
    private static readonly (int Series, Dash Finite, Dash Theory)[] Styles =
        [(0, Dash.Dashed, Dash.Dotted), (4, Dash.ShortDash, Dash.DashDotDot), (5, Dash.LongDash, Dash.DashDot)];

    public static ReportFigure? Of(RunData run, PassAtK? passAt, Variation variation)
    {
        if (passAt is null)
        {
            return null;
        }

        (int[] cells, int? columns) = passAt.Cells.Length == run.Count && variation.Grid(2, 4) is { } grid ? grid : (passAt.Cells, (int?)null);
        Panel[] panels = [.. cells.Select(cell => new Panel(new Axis("attempts *k*", Scale.Log), new Axis("pass@*k*"), [.. Marks(passAt, cell)])
        {
            Title = ReportFigures.Title(variation.Label(cell)),
        })];
        return !panels.Any(panel => panel.Marks.Count > 0) ? null : ReportFigure.Of(
            new Figure("pass-at-k", panels) { SharedX = true, SharedY = true, Columns = columns },
            @"Chance that one of *k* attempts succeeds, mean over prompts, at several iterations. Solid lines and markers are simulated "
                + @"(pass\_at\_k) with 1.96 standard errors (pass\_at\_k\_se); broken lines the recurrences of the same prompts, for groups of *G* "
                + @"(pass\_at\_k\_finite) and the paper's (pass\_at\_k\_theory)."
                + ReportFigures.Omission(passAt.Cells.Length, passAt.AllCells, "cells"));
    }

    private static IEnumerable<Mark> Marks(PassAtK passAt, int cell)
    {
        foreach ((int iteration, (int series, Dash finite, Dash theory)) in passAt.Iterations.Zip(Styles))
        {
            double[] k = passAt.Curve(cell, iteration, "k");
            double[] mean = passAt.Curve(cell, iteration, "pass_at_k");
            bool isMeasured = mean.Any(double.IsFinite);

            // At the start all curves are one.
            (string, string, Dash)[] closedForms = [("pass_at_k_finite", "groups of *G*", finite), ("pass_at_k_theory", "paper", theory)];
            foreach ((string column, string who, Dash dash) in closedForms)
            {
                double[] curve = passAt.Curve(cell, iteration, column);
                if (curve.Any(double.IsFinite) && (iteration > 0 || !isMeasured))
                {
                    yield return new Line(k, curve) { Name = $"*n* = {Markup.Whole(iteration)}, {who}", Series = series, Dash = dash };
                }
            }

            if (isMeasured)
            {
                string name = $"*n* = {Markup.Whole(iteration)}";
                double[] reach = [.. passAt.Curve(cell, iteration, "pass_at_k_se").Select(error => Intervals.Reach * error)];
                yield return new Line(k, mean) { Name = name, Series = series, Dash = Dash.Solid };
                yield return new PointSet(k, mean)
                {
                    Name = name,
                    Series = series,
                    Low = [.. mean.Zip(reach, (value, half) => value - half)],
                    High = [.. mean.Zip(reach, (value, half) => value + half)],
                };
            }
        }
    }
}
