namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// One or more panels in a grid, with one legend for all of them. <see cref="SvgWriter"/> draws it. Every text is <see cref="RichText">markup</see>.
/// </summary>
/// <param name="Id">Begins every id inside the picture: an XML name, another one for every figure of a page, or they would clip each other.</param>
/// <param name="Panels">In reading order, row by row; at least one.</param>
/// <exception cref="ArgumentException">There is no panel.</exception>
internal sealed record Figure(string Id, IReadOnlyList<Panel> Panels)
{
    public IReadOnlyList<Panel> Panels { get; } = Panels.Count > 0 ? Panels : throw new ArgumentException("A figure needs a panel.", nameof(Panels));

    public string? Title { get; init; }

    /// <summary>Read out in place of the picture: what it shows.</summary>
    public string? Description { get; init; }

    /// <summary>Panels side by side; by default as near to a square as reads well, at most four.</summary>
    public int? Columns { get; init; }

    /// <summary>One x range for all panels; only the lowest of each column is then labelled.</summary>
    public bool SharedX { get; init; }

    /// <summary>One y range for all panels; only the first of each row is then labelled.</summary>
    public bool SharedY { get; init; }

    public LegendPlace Legend { get; init; } = LegendPlace.Below;

    /// <summary>In px. By default 340 for one panel, which is a paper's column, and up to 860. What does not fit makes it wider.</summary>
    public double? Width { get; init; }

    /// <summary>In px. By default what gives each panel a pleasant shape. What does not fit makes it higher.</summary>
    public double? Height { get; init; }

    /// <summary>
    /// How many points are not drawn, because they are not finite or have no place on their panel's scales. What is merely beyond a fixed end
    /// is clipped, not counted.
    /// </summary>
    public int Omitted => Panels.Sum(panel => panel.Marks.Sum(mark => mark.Points.Count(point =>
        double.IsNaN(AxisRange.Coordinate(panel.X.Scale, point.X)) || double.IsNaN(AxisRange.Coordinate(panel.Y.Scale, point.Y)))));
}
