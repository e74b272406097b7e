namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>The named marks of a figure, each name once, in rows and columns.</summary>
internal sealed class Legend
{
    public const double TextSize = 10;

    /// <summary>Of the sample left of each name.</summary>
    public const double SampleWidth = 24;

    private const double SampleGap = 6;
    private const double ColumnGap = 16;
    private const double RowGap = 3;

    private readonly SeriesNumbers _series;

    /// <param name="figure">Whose marks.</param>
    /// <param name="width">What there is; one column where names are long.</param>
    public Legend(Figure figure, double width)
    {
        _series = new SeriesNumbers(figure);
        (string Name, Mark[] Marks)[] named = [.. figure.Panels.SelectMany(panel => panel.Marks)
            .Where(mark => !string.IsNullOrEmpty(mark.Name) && mark is not (Annotation or HeatMap))
            .GroupBy(mark => mark.Name!)
            .Select(group => (group.Key, group.DistinctBy(mark => (mark.GetType(), _series.Of(mark))).ToArray()))];
        FittedText[] names = [.. named.Select(entry => FittedText.Of(entry.Name, width - SampleWidth - SampleGap, TextSize))];
        if (names.Length == 0)
        {
            Entries = [];
            return;
        }

        // As many columns as fit, then no more than the rows need.
        int columns = figure.Legend == LegendPlace.Right ? 1 : names.Length;
        while (columns > 1 && Widths(names, columns).Sum() + (ColumnGap * (columns - 1)) > width)
        {
            columns--;
        }

        int rows = (names.Length + columns - 1) / columns;
        columns = (names.Length + rows - 1) / rows;
        double[] widths = Widths(names, columns);
        var entries = new List<LegendEntry>();
        double y = 0;
        for (int row = 0; row < rows; row++)
        {
            double x = 0;
            double height = 0;
            for (int i = row * columns; i < Math.Min((row + 1) * columns, names.Length); i++)
            {
                entries.Add(new LegendEntry(named[i].Marks, names[i], x, x + SampleWidth + SampleGap, y));
                x += widths[i % columns] + ColumnGap;
                height = Math.Max(height, names[i].Height);
            }

            y += height + RowGap;
        }

        Entries = entries;
        Width = widths.Sum() + (ColumnGap * (columns - 1));
        Height = y - RowGap;
    }

    public IReadOnlyList<LegendEntry> Entries { get; }

    public double Width { get; }

    public double Height { get; }

    /// <summary>The series of each mark of the figure.</summary>
    public int SeriesOf(Mark mark) => _series.Of(mark);

    private static double[] Widths(FittedText[] names, int columns) =>
    [
        .. Enumerable.Range(0, columns)
            .Select(column => SampleWidth + SampleGap + names.Where((_, i) => i % columns == column).Max(name => name.Width)),
    ];
}
