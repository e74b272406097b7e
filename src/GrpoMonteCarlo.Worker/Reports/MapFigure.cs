using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Heat maps over two parameters, a panel for each combination of the others.</summary>
internal static class MapFigure
{
    private const int LeastValues = 3;
    private const int MostValues = 60;
    private const int MostPanels = 6;

    /// <summary>p - p_ref over p_ref and beta.</summary>
    public static ReportFigure? Amplification(RunData run, Variation variation)
    {
        string column = run.IsEmpirical ? "p_mean" : "p_theory";
        return Of(
            run,
            variation,
            ("amplification", $@"Amplification after {run.Iterations} iterations: {Markup.Escape(column)} − p\_ref"),
            (run.IsEmpirical ? "*p* − *p*_{ref}" : "paper − *p*_{ref}", cell => run.Last(column)[cell] - run.Cells("p_ref").Number(cell)),
            ("p_ref", Scale.Logit));
    }

    /// <summary>p - p_theory over G and beta.</summary>
    public static ReportFigure? Deviation(RunData run, Variation variation) => Of(
        run,
        variation,
        (
            "deviation-map",
            $"Difference from the paper's recurrence after {run.Iterations} iterations: "
                + (run.IsEmpirical ? @"deviation\_theory" : @"p\_finite − p\_theory")),
        (run.IsEmpirical ? "*p* − paper" : "groups of *G* − paper", cell => ReportTables.Deviation(run, cell)),
        ("group_size", Scale.Log));

    private static ReportFigure? Of(
        RunData run,
        Variation variation,
        (string Id, string Text) what,
        (string Label, Func<int, double> Of) value,
        (string Name, Scale Scale) across)
    {
        (double[] x, double[] y) = (variation.Values(across.Name), variation.Values("beta"));
        if (x.Length < LeastValues || y.Length < LeastValues)
        {
            return null;
        }

        (double[] columns, double[] rows) = (Sample.OfAxis(x, MostValues), Sample.OfAxis(y, MostValues));
        var combinations = variation.Combinations(across.Name, "beta");
        (string Label, int[] Cells)[] drawn = Sample.Of(combinations, MostPanels);
        double[][] maps = [.. drawn.Select(panel => Values(run, panel.Cells, (across.Name, columns), rows, value.Of))];
        double[] numbers = [.. maps.SelectMany(map => map).Where(number => !double.IsNaN(number))];
        double largest = numbers.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (largest == 0)
        {
            return null;
        }

        // Colours on both sides of 0 only if there are values on both; else 0 is one end of them.
        (bool below, bool above) = (numbers.Any(number => number < 0), numbers.Any(number => number > 0));
        Scale scale = rows[0] > 0 ? Scale.Log : Scale.Linear;
        (double[] xEdges, double[] yEdges) = (HeatMap.EdgesAround(columns, across.Scale), HeatMap.EdgesAround(rows, scale));
        Panel[] panels = [.. drawn.Zip(maps, (panel, map) => new Panel(
            new Axis(Parameter.Symbol(across.Name), across.Scale),
            new Axis("*β*", scale),
            [
                new HeatMap(xEdges, yEdges, [.. map.Select(number => double.IsNaN(number) ? (double?)null : number)])
                {
                    Colours = below && above ? ColourMap.Diverging : ColourMap.Sequential,
                    ValueAxis = new Axis(value.Label) { From = below ? -largest : 0, To = above ? largest : 0 },
                },
            ])
        {
            Title = ReportFigures.Title(panel.Label),
        })];
        return ReportFigure.Of(
            new Figure(what.Id, panels)
            {
                Columns = panels.Length == 1 ? 1 : panels.Length is 2 or 4 ? 2 : 3,
                Width = panels.Length == 1 ? 460 : 860,
            },
            $"{what.Text}, over {Markup.Escape(across.Name)} and beta, each of which stands at the middle of its cell. Hatched: no value."
                + ReportFigures.Omission(columns.Length, x.Length, $"values of {Markup.Escape(across.Name)}")
                + ReportFigures.Omission(rows.Length, y.Length, "values of beta")
                + ReportFigures.Omission(drawn.Length, combinations.Count, "combinations of the other parameters"));
    }

    // Row by row, the least beta first.
    private static double[] Values(RunData run, int[] cells, (string Name, double[] Values) across, double[] betas, Func<int, double> value)
    {
        double[] map = new double[across.Values.Length * betas.Length];
        Array.Fill(map, double.NaN);
        foreach (int cell in cells)
        {
            int column = Array.BinarySearch(across.Values, run.Cells(across.Name).Number(cell));
            int row = Array.BinarySearch(betas, run.Cells("beta").Number(cell));
            if (column >= 0 && row >= 0)
            {
                map[(row * across.Values.Length) + column] = value(cell);
            }
        }

        return map;
    }
}
