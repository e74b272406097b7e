using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>How far from the paper, against the group size.</summary>
internal static class DeviationFigure
{
    // Of a panel: as many as there are colours beside the guide's black.
    private const int MostLines = 7;
    private const int MostPanels = 6;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        if (variation.Values("group_size").Length < 2)
        {
            return null;
        }

        var combinations = variation.Combinations("group_size").Where(line => line.Cells.Any(cell => Distance(run, cell) > 0)).ToList();
        if (combinations.Count == 0)
        {
            return null;
        }

        List<(string Label, List<(string Label, int[] Cells)> Lines)> drawn = Panels(variation, combinations);
        string[] labels = [.. drawn.SelectMany(panel => panel.Lines).Select(line => line.Label).Distinct()];
        Line guide = Guide(run, drawn.SelectMany(panel => panel.Lines));
        Panel[] panels = [.. drawn.Select(panel => new Panel(
            new Axis("group size *G*", Scale.Log),
            new Axis("distance from the paper", Scale.Log),
            [
                guide,
                .. panel.Lines.SelectMany(line => Marks(
                    run, line.Label, [.. line.Cells.OrderBy(run.Cells("group_size").Number)], 1 + Array.IndexOf(labels, line.Label))),
            ])
        {
            Title = ReportFigures.Title(panel.Label),
        })];
        string measured = run.IsEmpirical
            ? @"Points: |deviation\_theory| with 1.96 p\_se to either side. Lines: |p\_finite − p\_theory|, the closed forms' own distance."
            : @"Lines: |p\_finite − p\_theory|.";
        return ReportFigure.Of(
            new Figure("deviation", panels) { SharedX = true, SharedY = true, Width = panels.Length == 1 ? 520 : 860 },
            $"Distance from the paper's recurrence after {run.Iterations} iterations against the group size. {measured} A distance of order "
                + "1/*G* is parallel to the black dotted line."
                + ReportFigures.Omission(drawn.Sum(panel => panel.Lines.Count), combinations.Count, "combinations of the other parameters"));
    }

    // All lines in one panel if it can hold them; else a panel for each value of the first parameter of which there are few values and few
    // lines to each; else some of the lines.
    private static List<(string Label, List<(string Label, int[] Cells)> Lines)> Panels(
        Variation variation, List<(string Label, int[] Cells)> combinations)
    {
        if (combinations.Count > MostLines)
        {
            Column[] others = variation.Others("group_size");
            foreach (Column by in others)
            {
                List<(string Label, List<(string Label, int[] Cells)> Lines)> panels =
                    [.. Variation.Split(combinations.SelectMany(line => line.Cells), [by])
                        .Select(panel => (panel.Label, Variation.Split(panel.Cells, [.. others.Where(other => other != by)])))];
                if (panels.Count is > 1 and <= MostPanels
                    && panels.SelectMany(panel => panel.Lines).Select(line => line.Label).Distinct().Count() <= MostLines)
                {
                    return panels;
                }
            }
        }

        return [("all", [.. Sample.Of(combinations, MostLines)])];
    }

    private static IEnumerable<Mark> Marks(RunData run, string label, int[] cells, int series)
    {
        double[] size = [.. cells.Select(run.Cells("group_size").Number)];
        string? name = label == "all" ? "simulated and closed form" : label;
        double[] closed = [.. cells.Select(cell => Closed(run, cell))];
        double[] measured = [.. cells.Select(cell => Distance(run, cell))];
        yield return new Line(size, closed.Any(value => value > 0) ? closed : measured) { Name = name, Series = series };
        if (run.IsEmpirical)
        {
            double[] reach = [.. cells.Select(cell => Intervals.Reach * run.Last("p_se")[cell])];
            yield return new PointSet(size, measured)
            {
                Name = name,
                Series = series,
                Low = [.. measured.Zip(reach, (value, half) => value - half)],
                High = [.. measured.Zip(reach, (value, half) => value + half)],
            };
        }
    }

    // Through the middle of the points.
    private static Line Guide(RunData run, IEnumerable<(string Label, int[] Cells)> lines)
    {
        (double G, double Distance)[] points = [.. lines
            .SelectMany(line => line.Cells)
            .Select(cell => (run.Cells("group_size").Number(cell), Distance(run, cell)))
            .Where(point => point.Item2 > 0)];
        double scale = Math.Exp(points.Average(point => Math.Log(point.Distance * point.G)));
        double[] ends = [points.Min(point => point.G), points.Max(point => point.G)];
        return new Line(ends, [.. ends.Select(g => scale / g)]) { Name = "∝ 1/*G*", Series = 0, Dash = Dash.Dotted };
    }

    private static double Distance(RunData run, int cell) => Math.Abs(ReportTables.Deviation(run, cell));

    private static double Closed(RunData run, int cell) => Math.Abs(ReportTables.Difference(
        run.Last("p_finite")[cell], run.Last("logit_finite")[cell], run.Last("p_theory")[cell], run.Last("logit_theory")[cell]));
}
