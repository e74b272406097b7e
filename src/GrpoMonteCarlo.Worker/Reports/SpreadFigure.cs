using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Fluctuation theory: what is measured of the spread and of the mean's shift in units of what is predicted.</summary>
internal static class SpreadFigure
{
    private const int Fewest = 4;
    private const int MostLines = 8;
    private const int MostPoints = 24; // of a line
    private const double SmallNoise = 0.1;

    /// <summary>The cells that may be drawn: the noise of all their iterations counts.</summary>
    public static IEnumerable<int> Cells(Variation variation) => Lines(variation).SelectMany(line => line.Cells);

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        (string Label, int[] Cells)[] lines = [.. Lines(variation)
            .Select(line => (line.Label, Cells: (int[])[.. line.Cells.Where(cell => Spread(run, cell) > 0)]))
            .Where(line => line.Cells.Length > 0)];
        if (!run.IsEmpirical || lines.Length == 0)
        {
            return null;
        }

        List<Mark> spreads = [ReferenceLine.Horizontal(1), ReferenceLine.Vertical(SmallNoise)];
        List<Mark> shifts = [.. spreads];
        for (int i = 0; i < lines.Length; i++)
        {
            string name = lines[i].Label == "all" ? "simulated" : lines[i].Label;
            spreads.Add(Points(run, lines[i].Cells, name, i + 1, cell => Spread(run, cell), cell => Spread(run, cell) / Math.Sqrt(2 * run.Last("replicates")[cell])));
            shifts.Add(Points(
                run,
                [.. lines[i].Cells.Where(cell => Intervals.Reach * run.Last("p_se")[cell] < Math.Abs(Shift(run, cell)))],
                name,
                i + 1,
                cell => run.Last("deviation_finite")[cell] / Shift(run, cell),
                cell => run.Last("p_se")[cell] / Math.Abs(Shift(run, cell))));
        }

        var x = new Axis("largest predicted sd of the logit", Scale.Log);
        int all = variation.Combinations("groups").Count;
        return ReportFigure.Of(
            new Figure("spread", [new Panel(x, new Axis("sd, measured / predicted"), spreads), new Panel(x, new Axis("shift, measured / predicted"), shifts)])
            {
                SharedX = true,
                Columns = 2,
            },
            $@"Fluctuation theory after {run.Iterations} iterations, against the noise on the way (the largest logit\_sd\_theory; the theory is for at most 0.1, "
                + @"the vertical line). Left: p\_sd over p\_sd\_theory, with 1.96 standard errors of a normal law's sd to either side. Right: the shift of the mean "
                + @"from the mean field, deviation\_finite, over the predicted one, p\_mean\_second\_order − p\_finite, with 1.96 p\_se to either side; only where "
                + "that is less than the shift."
                + ReportFigures.Omission(Math.Min(all, MostLines), all, "combinations of the other parameters"));
    }

    // By the number of groups; none if that hardly varies.
    private static IEnumerable<(string Label, int[] Cells)> Lines(Variation variation) => variation.Values("groups").Length < Fewest
        ? []
        : Sample.Of(variation.Combinations("groups"), MostLines).Select(line => (line.Label, Sample.Of(line.Cells, MostPoints)));

    private static double Spread(RunData run, int cell) => run.Last("p_sd")[cell] / run.Last("p_sd_theory")[cell];

    private static double Shift(RunData run, int cell) => run.Last("logit_finite")[cell] > 0
        ? ReportTables.OneMinus(run.Last("p_finite")[cell], run.Last("logit_finite")[cell]) - run.Last("one_minus_p_mean_second_order")[cell]
        : run.Last("p_mean_second_order")[cell] - run.Last("p_finite")[cell];

    private static PointSet Points(RunData run, int[] cells, string name, int series, Func<int, double> ratio, Func<int, double> error) =>
        new([.. cells.Select(cell => run.Path(cell, "logit_sd_theory").Max())], [.. cells.Select(ratio)])
        {
            Name = name,
            Series = series,
            Low = [.. cells.Select(cell => ratio(cell) - (Intervals.Reach * error(cell)))],
            High = [.. cells.Select(cell => ratio(cell) + (Intervals.Reach * error(cell)))],
        };
}
