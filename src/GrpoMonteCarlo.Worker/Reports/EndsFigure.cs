using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Where methods are at the last iteration, side by side, with where their closed forms are.</summary>
internal static class EndsFigure
{
    private const double HalfWidth = 0.35;

    public static ReportFigure? Of(RunData run, Overlay? settings)
    {
        if (settings is null || !run.IsEmpirical)
        {
            return null;
        }

        string[] labels = [.. settings.Panels.SelectMany(panel => panel.Lines).Select(line => line.Label).Distinct()];
        var x = new Axis("setting, as in the legend") { From = 0.5, To = labels.Length + 0.5, HasTicks = false };
        Panel[] panels = [.. settings.Panels.Select(panel =>
            new Panel(x, new Axis("*p*"), [.. panel.Lines.SelectMany(line => Marks(run, line, 1 + Array.IndexOf(labels, line.Label)))])
            {
                Title = ReportFigures.Title(panel.Label),
            })];
        if (!panels.Any(panel => panel.Marks.Count > 0))
        {
            return null;
        }

        return ReportFigure.Of(
            new Figure("ends", panels) { SharedX = true, Width = panels.Length == 1 ? 460 : null },
            $@"Settings side by side, in the legend's order, after {run.Iterations} iterations; every panel has a scale of its own. "
                + @"Markers: p\_mean with 1.96 p\_se to either side; dashed the recurrence for groups of *G* (p\_finite), "
                + @"dotted the paper's (p\_theory)."
                + settings.Omission);
    }

    private static IEnumerable<Mark> Marks(RunData run, OverlayLine line, double x)
    {
        (string, string, Dash)[] closedForms = [("p_finite", "groups of *G*", Dash.Dashed), ("p_theory", "paper, *G* = ∞", Dash.Dotted)];
        foreach ((string column, string name, Dash dash) in closedForms)
        {
            double p = run.Last(column)[line.Cell];
            if (double.IsFinite(p))
            {
                yield return new Line([x - HalfWidth, x + HalfWidth], [p, p]) { Name = name, Series = 0, Dash = dash };
            }
        }

        double mean = run.Last("p_mean")[line.Cell];
        if (double.IsFinite(mean))
        {
            double reach = Intervals.Reach * run.Last("p_se")[line.Cell];
            yield return new PointSet([x], [mean]) { Name = line.Label, Low = [mean - reach], High = [mean + reach] };
        }
    }
}
