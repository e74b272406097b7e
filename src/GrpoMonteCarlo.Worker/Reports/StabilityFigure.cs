using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Above which KL strength a fixed point is locally stable, against where it is (the paper's Figure 4).</summary>
internal static class StabilityFigure
{
    private const int FewestPoints = 16;
    private const int MostPanels = 12;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        if (variation.Values("p_ref").Length < FewestPoints)
        {
            return null;
        }

        // The bound depends on p_ref, beta and the start through the fixed point only.
        List<(string Label, Mark[] Marks)> panels = [.. variation.Combinations("p_ref", "beta", "p_start")
            .Select(panel => (panel.Label, Marks: Marks(run, panel.Cells)))
            .Where(panel => panel.Marks.Length > 0)];
        (string Label, Mark[] Marks)[] drawn = Sample.Of(panels, MostPanels);
        (Axis x, Axis y) = (new Axis("fixed point *p*^∗", Scale.Logit), new Axis("*β*", Scale.Log));
        return drawn.Length == 0 ? null : ReportFigure.Of(
            new Figure("stability", [.. drawn.Select(panel => new Panel(x, y, panel.Marks)
            {
                Title = ReportFigures.Title(panel.Label),
            })])
            {
                SharedX = true,
                SharedY = true,
                Width = drawn.Length == 1 ? 460 : null,
            },
            @"The least KL strength at which a fixed point is locally stable, against where it is: dotted the paper's (beta\_bound against "
                + @"limit\_theory), dashed that of groups of *G* (beta\_bound\_finite against limit\_finite)."
                + ReportFigures.Omission(drawn.Length, panels.Count, "combinations of the other parameters"));
    }

    private static Mark[] Marks(RunData run, int[] cells)
    {
        List<Mark> marks =
        [
            .. Curve(run, cells, ("limit_finite", "beta_bound_finite"), "groups of *G*", 5, Dash.Dashed),
            .. Curve(run, cells, ("limit_theory", "beta_bound"), "paper, *G* = ∞", 0, Dash.Dotted),
        ];
        double[] betas = [.. cells.Select(run.Cells("beta").Number).Distinct()];
        return marks.Count > 0 && betas is [> 0 and var beta]
            ? [ReferenceLine.Horizontal(beta) with { Name = "*β* of the run" }, .. marks]
            : [.. marks];
    }

    private static Line[] Curve(RunData run, int[] cells, (string Limit, string Bound) columns, string name, int series, Dash dash)
    {
        (double P, double Bound)[] points = [.. cells
            .Select(cell => (P: run.Cells(columns.Limit).Number(cell), Bound: run.Cells(columns.Bound).Number(cell)))
            .Where(point => double.IsFinite(point.P) && double.IsFinite(point.Bound))
            .Distinct()
            .Order()];
        (double[] x, double[] y) = ([.. points.Select(point => point.P)], [.. points.Select(point => point.Bound)]);
        return points.Length < FewestPoints ? [] : [new Line(x, y) { Name = name, Series = series, Dash = dash }];
    }
}
