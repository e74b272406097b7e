namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A thin line across the whole panel.</summary>
internal sealed record ReferenceLine : Mark
{
    private ReferenceLine(double? x, double? y) => (X, Y) = (x, y);

    /// <summary>Where a vertical line stands.</summary>
    public double? X { get; }

    /// <summary>Where a horizontal line lies. Neither: the line y = x.</summary>
    public double? Y { get; }

    // A diagonal asks for no room.
    public override IEnumerable<(double X, double Y)> Points => [];

    public override bool HasSeries => false;

    public static ReferenceLine Horizontal(double y) => new(null, y);

    public static ReferenceLine Vertical(double x) => new(x, null);

    /// <summary>y = x, a curve if the two scales differ.</summary>
    public static ReferenceLine Diagonal() => new(null, null);
}
