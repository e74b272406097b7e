namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A panel's ticks and texts, chosen for a size of its plot area, and how much room they take around it.</summary>
internal sealed class PanelLayout
{
    public const double TickLength = 4;
    public const double TickGap = 3;
    public const double TickSize = 10;
    public const double LabelSize = 11;
    public const double LabelGap = 5;
    public const double BarGap = 8;
    public const double BarWidth = 10;

    // Of a tick's label and of an axis's note.
    public const double TickLine = 12;

    private readonly bool _labelsX;
    private readonly bool _labelsY;

    public PanelLayout(Panel panel, AxisRange x, AxisRange y, bool labelsX, bool labelsY)
    {
        (Panel, X, Y, _labelsX, _labelsY) = (panel, x, y, labelsX, labelsY);
        HeatMap = panel.Marks.OfType<HeatMap>().SingleOrDefault();
        Value = HeatMap is { } map ? ValueRange(map) : null;
        XTicks = YTicks = new AxisTicks([], [], null);
        Title = XLabel = YLabel = ValueLabel = FittedText.Of(null, 1, LabelSize);
    }

    public Panel Panel { get; }

    public AxisRange X { get; }

    public AxisRange Y { get; }

    public HeatMap? HeatMap { get; }

    /// <summary>Of the heat map's values.</summary>
    public AxisRange? Value { get; }

    public AxisTicks XTicks { get; private set; }

    public AxisTicks YTicks { get; private set; }

    public AxisTicks? ValueTicks { get; private set; }

    public FittedText Title { get; private set; }

    public FittedText XLabel { get; private set; }

    public FittedText YLabel { get; private set; }

    public FittedText ValueLabel { get; private set; }

    /// <summary>Of the line of notes between the plot area and the title, not part of the margins: it is the row's.</summary>
    public double NoteHeight { get; private set; }

    /// <summary>Whether tick labels, the axis's label and its note stand under this panel.</summary>
    public bool LabelsX => _labelsX;

    /// <summary>Whether they stand left of it.</summary>
    public bool LabelsY => _labelsY;

    /// <summary>Chooses everything for a plot area, and says what stands around it.</summary>
    public Margins Fit(double width, double height)
    {
        XTicks = Panel.X.HasTicks ? AxisTicks.Choose(X, width, horizontal: true, TickSize) : new AxisTicks([], [], null);
        YTicks = AxisTicks.Choose(Y, height, horizontal: false, TickSize);
        Title = FittedText.Of(Panel.Title, width, LabelSize);
        XLabel = FittedText.Of(_labelsX ? Panel.X.Label : null, width, LabelSize);
        YLabel = FittedText.Of(_labelsY ? Panel.Y.Label : null, height, LabelSize);

        double halfLine = TickLine / 2;
        (double left, double top, double right, double bottom) = (TickLength, halfLine, 2, TickLength);
        if (_labelsX)
        {
            foreach (Tick tick in XTicks.Labelled)
            {
                left = Math.Max(left, (Width(tick.Label) / 2) - (width * tick.Place));
                right = Math.Max(right, (Width(tick.Label) / 2) - (width * (1 - tick.Place)));
            }

            bottom += TickGap + (Panel.X.HasTicks ? TickLine : 0) + (XTicks.Note is null ? 0 : TickLine) + WithGap(XLabel);
        }

        if (_labelsY)
        {
            left = Math.Max(left, TickLength + TickGap + YTicks.Labelled.Max(tick => Width(tick.Label)) + WithGap(YLabel));
            bottom = Math.Max(bottom, halfLine);
        }

        bool noted = _labelsY && YTicks.Note is not null;
        if (Value is { } value)
        {
            ValueTicks = AxisTicks.Choose(value, height, horizontal: false, TickSize);
            ValueLabel = FittedText.Of(HeatMap!.ValueAxis.Label, height, LabelSize);
            double labels = BarWidth + TickLength + TickGap + ValueTicks.Labelled.Max(tick => Width(tick.Label)) + WithGap(ValueLabel);
            right = Math.Max(right, BarGap + Math.Max(labels, Width(ValueTicks.Note)));
            noted |= ValueTicks.Note is not null;
        }

        NoteHeight = noted ? TickLine : 0;
        top += WithGap(Title);
        return new Margins(left, top, right, bottom);
    }

    /// <summary>An axis's note, no wider than the plot area.</summary>
    public static FittedText Note(string note, double width) => FittedText.Of(note.Replace(' ', '\u00A0'), width, TickSize);

    public static double Width(string? label) => label is null ? 0 : TickSize * RichText.Parse(label).Width;

    private static double WithGap(FittedText text) => text.Lines.Count == 0 ? 0 : LabelGap + text.Height;

    // A diverging map's middle colour is 0.
    private static AxisRange ValueRange(HeatMap map)
    {
        IEnumerable<double> values = map.Values.Where(value => value.HasValue).Select(value => value!.Value);
        AxisRange range = AxisRange.Of(map.ValueAxis, [], values);
        if (!map.Colours.IsDiverging)
        {
            return range;
        }

        double far = Math.Max(Math.Abs(range.Low), Math.Abs(range.High));
        return AxisRange.Of(new Axis(null) { From = -far, To = far }, [], []);
    }
}
