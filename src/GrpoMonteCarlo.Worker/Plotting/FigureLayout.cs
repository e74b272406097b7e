namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Where everything of a figure stands. Margins grow until every text has room in them.</summary>
internal sealed class FigureLayout
{
    public const double Padding = 6;
    private const double PanelGap = 12;
    private const double TitleSize = 12.5;
    private const double TitleGap = 4;
    private const double LegendGap = 8;
    private const double LeastWidth = 80;
    private const double LeastHeight = 60;

    // Of a plot area whose height nobody gave.
    private const double Shape = 0.72;
    private const double LeastHeightOfOurs = 120;

    public FigureLayout(Figure figure)
    {
        int count = figure.Panels.Count;
        int columns = Math.Clamp(figure.Columns ?? (count <= 3 ? count : count == 4 ? 2 : count <= 9 ? 3 : 4), 1, count);
        int rows = (count + columns - 1) / columns;
        Panels = Layouts(figure, columns);
        double width = Math.Max(figure.Width ?? columns switch { 1 => 340, 2 => 520, 3 => 690, _ => 860 }, 2 * LeastWidth);

        Legend = new Legend(figure, figure.Legend == LegendPlace.Right ? 0.35 * width : width - (2 * Padding));
        bool beside = figure.Legend == LegendPlace.Right && Legend.Width > 0;
        double legendWidth = beside ? Legend.Width + LegendGap : 0;
        double legendHeight = beside || Legend.Height == 0 ? 0 : Legend.Height + LegendGap;

        double[] left = new double[columns];
        double[] right = new double[columns];
        double[] top = new double[rows];
        double[] bottom = new double[rows];
        double[] note = new double[rows];
        double plotWidth;
        double plotHeight;
        double panelsTop;
        bool grown;
        do
        {
            double around = (2 * Padding) + legendWidth + left.Sum() + right.Sum() + (PanelGap * (columns - 1));
            plotWidth = Math.Max((width - around) / columns, LeastWidth);
            width = Math.Max(width, around + (plotWidth * columns));
            Title = FittedText.Of(figure.Title, width - (2 * Padding), TitleSize);
            double above = Padding + (Title.Lines.Count == 0 ? 0 : Title.Height + TitleGap);
            double rest = above + legendHeight + Padding + top.Sum() + note.Sum() + bottom.Sum() + (PanelGap * (rows - 1));
            plotHeight = figure.Height is { } given ? Math.Max((given - rest) / rows, LeastHeight) : Math.Max(plotWidth * Shape, LeastHeightOfOurs);
            Height = Math.Max(rest + (plotHeight * rows), beside ? above + Legend.Height + (2 * Padding) : 0);
            panelsTop = above;

            // They only ever grow, and a size has finitely many tick choices: this ends.
            grown = false;
            for (int i = 0; i < count; i++)
            {
                Margins margins = Panels[i].Fit(plotWidth, plotHeight);
                grown |= Grow(ref left[i % columns], margins.Left) | Grow(ref right[i % columns], margins.Right)
                    | Grow(ref top[i / columns], margins.Top) | Grow(ref bottom[i / columns], margins.Bottom)
                    | Grow(ref note[i / columns], Panels[i].NoteHeight);
            }
        }
        while (grown);

        Width = width;
        var areas = new Box[count];
        double y = panelsTop;
        for (int row = 0; row < rows; row++)
        {
            double x = Padding;
            y += top[row] + note[row];
            for (int column = 0; column < columns; column++)
            {
                x += left[column];
                if ((row * columns) + column < count)
                {
                    areas[(row * columns) + column] = new Box(x, y, plotWidth, plotHeight);
                }

                x += plotWidth + right[column] + PanelGap;
            }

            y += plotHeight + bottom[row] + PanelGap;
        }

        Areas = areas;
        NoteHeights = [.. Enumerable.Range(0, count).Select(i => note[i / columns])];
        LegendLeft = beside ? Width - Padding - Legend.Width : (Width - Legend.Width) / 2;
        LegendTop = beside ? areas[0].Top : Height - Padding - Legend.Height;
    }

    public double Width { get; }

    public double Height { get; }

    public FittedText Title { get; }

    public Legend Legend { get; }

    public double LegendLeft { get; }

    public double LegendTop { get; }

    public IReadOnlyList<PanelLayout> Panels { get; }

    /// <summary>The plot area of each panel.</summary>
    public IReadOnlyList<Box> Areas { get; }

    /// <summary>Of the line of notes above each panel, the same along a row.</summary>
    public IReadOnlyList<double> NoteHeights { get; }

    private static bool Grow(ref double margin, double needed)
    {
        bool grows = needed > margin;
        margin = Math.Max(margin, needed);
        return grows;
    }

    private static PanelLayout[] Layouts(Figure figure, int columns)
    {
        IReadOnlyList<Panel> panels = figure.Panels;
        AxisRange? sharedX = figure.SharedX ? RangeX(panels) : null;
        AxisRange? sharedY = figure.SharedY ? RangeY(panels) : null;
        return [.. panels.Select((panel, i) => new PanelLayout(
            panel,
            sharedX ?? RangeX([panel]),
            sharedY ?? RangeY([panel]),
            labelsX: sharedX is null || i + columns >= panels.Count,
            labelsY: sharedY is null || i % columns == 0))];
    }

    private static AxisRange RangeX(IReadOnlyList<Panel> panels)
    {
        Axis axis = Common(panels, panel => panel.X);
        IEnumerable<double> values = Marks(panels, touching: false).SelectMany(mark => mark switch
        {
            ReferenceLine { X: { } x } => [x],
            _ => mark.Points.Select(point => point.X),
        });
        IEnumerable<double> touching = Marks(panels, touching: true).SelectMany(mark => mark switch
        {
            Bars bars => bars.Edges,
            _ => mark.Points.Select(point => point.X),
        });
        return AxisRange.Of(axis, values, touching);
    }

    private static AxisRange RangeY(IReadOnlyList<Panel> panels)
    {
        Axis axis = Common(panels, panel => panel.Y);
        bool standsOnZero = axis.Scale == Scale.Linear;
        IEnumerable<double> values = Marks(panels, touching: false).SelectMany(mark => mark switch
        {
            ReferenceLine { Y: { } y } => [y],
            PointSet points => points.Y.Concat(points.Low ?? []).Concat(points.High ?? []),
            _ => mark.Points.Select(point => point.Y),
        });
        IEnumerable<double> heights = panels.SelectMany(panel => panel.Marks.OfType<Bars>()).SelectMany(bars => bars.Heights);
        IEnumerable<double> touching = Marks(panels, touching: true).SelectMany(mark => mark switch
        {
            Bars bars => standsOnZero ? bars.Heights.Append(0) : [],
            _ => mark.Points.Select(point => point.Y),
        });

        // Bars that stand on 0 have no room at their feet: of them only the tallest ask for room.
        double[] finite = [.. heights.Where(double.IsFinite)];
        double[] tallest = [.. finite.Where(height => height > 0).OrderDescending().Take(1), .. finite.Where(height => height < 0).Order().Take(1)];
        return AxisRange.Of(axis, values.Concat(standsOnZero ? tallest : finite), touching);
    }

    // Cells and bars end where the axes do, and beside cells all else.
    private static IEnumerable<Mark> Marks(IReadOnlyList<Panel> panels, bool touching) => panels.SelectMany(panel =>
    {
        bool cells = panel.Marks.Any(mark => mark is HeatMap);
        return panel.Marks.Where(mark => (cells || mark is Bars) == touching);
    });

    private static Axis Common(IReadOnlyList<Panel> panels, Func<Panel, Axis> axis)
    {
        Axis first = axis(panels[0]);
        return panels.All(panel => axis(panel).Scale == first.Scale && axis(panel).From == first.From && axis(panel).To == first.To)
            ? first
            : throw new ArgumentException("Panels that share a range need one scale and the same fixed ends.", nameof(panels));
    }
}
