using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The distance from the paper's limit times the group size, and what it tends to (theory.md section 4), of the rule <c>grpo</c>.</summary>
internal static class BiasFigure
{
    private const int Fewest = 5;
    private const int MostLines = 8;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        if (variation.Values("group_size").Length < Fewest)
        {
            return null;
        }

        var combinations = variation.Combinations("group_size").Where(line => HasLimit(run, line.Cells)).ToList();
        if (combinations.Count == 0)
        {
            return null;
        }

        (string Label, int[] Cells)[] lines = Sample.Of(combinations, MostLines);
        var marks = new List<Mark>();
        for (int i = 0; i < lines.Length; i++)
        {
            marks.AddRange(Marks(run, lines[i].Label, [.. lines[i].Cells.OrderBy(cell => Size(run, cell))], i + 1));
        }

        string measured = run.IsEmpirical ? $@" Points: *G* deviation\_theory after {run.Iterations} iterations, with 1.96 *G* p\_se to either side." : "";
        return ReportFigure.Of(
            new Figure("bias", [new Panel(new Axis("group size *G*", Scale.Log), new Axis("*G* × distance from the paper"), marks)])
            {
                Width = 520,
                Legend = LegendPlace.Below,
            },
            @"What is left of the distance from the paper when it is multiplied by *G*. Lines: *G* (limit\_finite − limit\_theory)." + measured
                + " Dotted: what it tends to, *c*_1 *p*(1 − *p*)/(*β*(1 − *h*′)) at the paper's limit."
                + ReportFigures.Omission(lines.Length, combinations.Count, "combinations of the other parameters"));
    }

    private static IEnumerable<Mark> Marks(RunData run, string label, int[] cells, int series)
    {
        double[] size = [.. cells.Select(cell => Size(run, cell))];
        string name = label == "all" ? "groups of *G*" : label;
        yield return new Line(size, [.. cells.Select(cell => Size(run, cell) * (run.Cells("limit_finite").Number(cell) - run.Cells("limit_theory").Number(cell)))])
        {
            Name = name,
            Series = series,
            Dash = Dash.Solid,
        };
        double limit = Limit(run, cells[0]);
        yield return new Line([size[0], size[^1]], [limit, limit]) { Series = series, Dash = Dash.Dotted };
        if (run.IsEmpirical)
        {
            double[] measured = [.. cells.Select(cell => Size(run, cell) * run.Last("deviation_theory")[cell])];
            double[] reach = [.. cells.Select(cell => Intervals.Reach * Size(run, cell) * run.Last("p_se")[cell])];
            yield return new PointSet(size, measured)
            {
                Name = name,
                Series = series,
                Low = [.. measured.Zip(reach, (value, half) => value - half)],
                High = [.. measured.Zip(reach, (value, half) => value + half)],
            };
        }
    }

    // An expansion in 1/G about a stable limit says something where its first term is small at the largest G.
    private static bool HasLimit(RunData run, int[] cells)
    {
        double p = run.Cells("limit_theory").Number(cells[0]);
        bool isPlain = cells.All(cell => run.Cells("advantage").Text(cell) == "grpo" && run.Cells("estimator").Text(cell) == "importance"
            && run.Cells("false_positive").Number(cell) == 0 && run.Cells("false_negative").Number(cell) == 0);
        return isPlain && Math.Abs(run.Cells("derivative_theory").Number(cells[0])) < 1
            && Math.Abs(Limit(run, cells[0])) / cells.Max(cell => Size(run, cell)) < p * (1 - p);
    }

    // v c_1 / (beta (1-h')).
    private static double Limit(RunData run, int cell)
    {
        double p = run.Cells("limit_theory").Number(cell);
        double epsilon = run.Cells("epsilon").Number(cell);
        double v = p * (1 - p);
        double smoothed = v + epsilon;
        double skew = 1 - (2 * p);
        double root = Math.Sqrt(smoothed);
        double first = (-(v + (4 * epsilon)) * skew * skew / (4 * smoothed * smoothed * root)) - ((v + (2 * epsilon)) / (smoothed * root));
        return v * (first / 2) / (run.Cells("beta").Number(cell) * (1 - run.Cells("derivative_theory").Number(cell)));
    }

    private static double Size(RunData run, int cell) => run.Cells("group_size").Number(cell);
}
