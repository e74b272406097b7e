using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>p_n against n, a panel for each cell.</summary>
internal static class IteratesFigure
{
    public const int MostPanels = 12;

    // Above it an axis of p shows nothing.
    private const double NearOne = 0.999;

    private static readonly string[] Drawn = ["p_mean", "p_q05", "p_finite", "p_theory"];

    public static ReportFigure Of(RunData run, Variation variation)
    {
        int[] cells = [.. Sample.Of(run.Count, MostPanels)];
        double[] drawn = [.. cells.SelectMany(cell => Drawn.SelectMany(name => run.Path(cell, name))).Where(double.IsFinite)];
        bool nearOne = drawn.Length > 0 && drawn.All(p => p > NearOne);
        Axis y = nearOne ? new Axis("1 − *p*_{*n*}", Scale.Log) : new Axis("*p*_{*n*}");
        double[] n = [.. Enumerable.Range(0, run.Iterations + 1).Select(i => (double)i)];
        Panel[] panels = [.. cells.Select(cell => new Panel(new Axis("iteration *n*"), y, [.. Marks(run, cell, n, nearOne)])
        {
            Title = run.Count == 1 ? null : variation.Label(cell),
        })];
        string measured = run.IsEmpirical
            ? "Solid the mean over replicates (p\\_mean) with the band that holds 90\u00A0% of them (p\\_q05 to p\\_q95), dashed"
            : "Dashed";
        return ReportFigure.Of(
            new Figure("iterates", panels) { SharedX = true, SharedY = true },
            $@"Success probability over iterations. {measured} the recurrence for groups of *G* (p\_finite), dotted the paper's for infinitely "
                + $@"large ones (p\_theory).{(nearOne ? @" Drawn is the distance from 1 (one\_minus\_p\_mean)." : "")}"
                + ReportFigures.Omission(cells.Length, run.Count, "cells"));
    }

    private static IEnumerable<Mark> Marks(RunData run, int cell, double[] n, bool nearOne)
    {
        double[] Curve(string p, string logit) =>
            nearOne ? [.. run.Path(cell, p).Zip(run.Path(cell, logit), ReportTables.OneMinus)] : run.Path(cell, p);
        double[] Quantile(string q) => nearOne ? [.. run.Path(cell, q).Select(p => 1 - p)] : run.Path(cell, q);
        if (run.IsEmpirical)
        {
            (double[] low, double[] high) = (Quantile("p_q05"), Quantile("p_q95"));
            yield return new Band(n, nearOne ? high : low, nearOne ? low : high) { Name = "90\u00A0% of replicates", Series = 4 };
            yield return new Line(n, run.Path(cell, nearOne ? "one_minus_p_mean" : "p_mean")) { Name = "mean", Series = 4, Dash = Dash.Solid };
        }

        if (run.Path(cell, "p_finite").Any(double.IsFinite))
        {
            yield return new Line(n, Curve("p_finite", "logit_finite")) { Name = "groups of *G*", Series = 5, Dash = Dash.Dashed };
        }

        if (run.Path(cell, "p_theory").Any(double.IsFinite))
        {
            yield return new Line(n, Curve("p_theory", "logit_theory")) { Name = "paper, *G* = ∞", Series = 0, Dash = Dash.Dotted };
        }
    }
}
