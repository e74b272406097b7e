using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>
/// The weights of successes and failures in the effective loss (the paper's Figure 1): one update under the reference anchor goes from p to
/// L_ref + Omega(p)/beta, which gives Omega.
/// </summary>
internal static class WeightsFigure
{
    private const int MostPanels = 12;
    private const double NearEdge = 0.005;
    private const double ManyTimes = 1_000;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        // p_ref, beta and the number of groups cancel.
        var sweeps = StartSweep.Of(run, variation, cell => IsExact(run, cell), "p_ref", "beta", "groups");
        (string Label, int[] Cells)[] drawn = Sample.Of(sweeps, MostPanels);
        Mark[][] marks = [.. drawn.Select(sweep => Marks(run, sweep.Cells).ToArray())];
        double[] weights = [.. marks.SelectMany(panel => panel).SelectMany(mark => mark.Points).Select(point => point.Y).Where(weight => weight > 0)];
        if (weights.Length == 0)
        {
            return null;
        }

        double[] starts = [.. drawn.SelectMany(sweep => sweep.Cells).Select(run.Cells("p_start").Number)];
        bool nearEdge = starts.Any(p => p is < NearEdge or > 1 - NearEdge);
        var x = new Axis("*p*", nearEdge ? Scale.Logit : Scale.Linear);
        var y = new Axis("weight", weights.Max() > ManyTimes * weights.Min() ? Scale.Log : Scale.Linear);
        return ReportFigure.Of(
            new Figure("weights", [.. drawn.Zip(marks, (sweep, lines) => new Panel(x, y, lines) { Title = ReportFigures.Title(sweep.Label) })])
            {
                SharedX = true,
                SharedY = true,
                Width = drawn.Length == 1 ? 460 : null,
            },
            @"What a success weighs in the effective loss, ω^+ = (1 − *p*) Ω(*p*), and a failure, ω^− = *p* Ω(*p*), against the success probability "
                + @"of the policy that draws (p\_start). Ω = beta (logit − logit p\_ref) at iteration 1, of logit\_theory for the paper, of "
                + @"logit\_finite for groups of *G*."
                + ReportFigures.Omission(drawn.Length, sweeps.Count, "combinations of the other parameters"));
    }

    /// <summary>Omega at a cell's start, by a column of logits.</summary>
    public static double Omega(RunData run, int cell, string logit)
    {
        double pRef = run.Cells("p_ref").Number(cell);
        return run.Cells("beta").Number(cell) * (run.Last(logit)[cell] - Math.Log(pRef / (1 - pRef)));
    }

    private static bool IsExact(RunData run, int cell) => run.Cells("update").Text(cell) is "tied" or "per-arm"
        && run.Cells("beta").Number(cell) > 0
        && run.Cells("false_positive").Number(cell) == 0 && run.Cells("false_negative").Number(cell) == 0;

    private static IEnumerable<Mark> Marks(RunData run, int[] cells)
    {
        (string Column, string Who, Dash Success, Dash Failure)[] curves =
        [
            ("logit_theory", "paper, *G* = ∞", Dash.Dotted, Dash.DashDot), ("logit_finite", "groups of *G*", Dash.Solid, Dash.Dashed),
        ];
        foreach ((string column, string who, Dash success, Dash failure) in curves)
        {
            // Of several cells with one start the first that has a value.
            (double P, double Omega)[] points = [.. cells.Select(cell => (run.Cells("p_start").Number(cell), Omega(run, cell, column)))
                .Where(point => double.IsFinite(point.Item2))
                .DistinctBy(point => point.Item1)];
            double[] p = [.. points.Select(point => point.P)];
            if (points.Length > 0)
            {
                yield return new Line(p, [.. points.Select(point => (1 - point.P) * point.Omega)])
                {
                    Name = $"success, {who}",
                    Series = 4,
                    Dash = success,
                };
                yield return new Line(p, [.. points.Select(point => point.P * point.Omega)])
                {
                    Name = $"failure, {who}",
                    Series = 5,
                    Dash = failure,
                };
            }
        }
    }
}
