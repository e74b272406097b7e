namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Coloured cells on a rectangular grid, with a colour bar right of the panel. A panel holds at most one.</summary>
/// <param name="XEdges">Of the columns, rising; one more than there are columns.</param>
/// <param name="YEdges">Of the rows, rising; one more than there are rows.</param>
/// <param name="Values">Row by row, the row of the least y first. Null (and what has no place on the value axis) is hatched.</param>
/// <exception cref="ArgumentException">There are not as many values as cells.</exception>
internal sealed record HeatMap(IReadOnlyList<double> XEdges, IReadOnlyList<double> YEdges, IReadOnlyList<double?> Values) : Mark
{
    public IReadOnlyList<double?> Values { get; } = Values.Count == (XEdges.Count - 1) * (YEdges.Count - 1)
        ? Values
        : throw new ArgumentException($"{Values.Count} values for {XEdges.Count - 1} x {YEdges.Count - 1} cells.", nameof(Values));

    /// <summary>The colour bar's axis. Values beyond its ends take the end's colour.</summary>
    public Axis ValueAxis { get; init; } = new();

    /// <summary>A diverging map's axis is made symmetric about 0.</summary>
    public ColourMap Colours { get; init; } = ColourMap.Sequential;

    // The corners only: cells' values belong to the colour bar.
    public override IEnumerable<(double X, double Y)> Points =>
        XEdges.Count < 2 || YEdges.Count < 2 ? [] : [(XEdges[0], YEdges[0]), (XEdges[^1], YEdges[^1])];

    public override bool HasSeries => false;

    /// <summary>Edges of cells around given centres: half way between them on the scale; a single cell gets a width of its own.</summary>
    public static double[] EdgesAround(IReadOnlyList<double> centres, Scale scale = Scale.Linear)
    {
        double[] u = [.. centres.Select(centre => AxisRange.Coordinate(scale, centre))];
        if (u.Length < 2)
        {
            return [.. u.SelectMany(centre => new[] { AxisRange.Value(scale, centre - 0.5), AxisRange.Value(scale, centre + 0.5) })];
        }

        double first = u[0] - ((u[1] - u[0]) / 2);
        double last = u[^1] + ((u[^1] - u[^2]) / 2);
        double[] edges = [first, .. u.Zip(u.Skip(1), (low, high) => (low + high) / 2), last];
        return [.. edges.Select(edge => AxisRange.Value(scale, edge))];
    }
}
