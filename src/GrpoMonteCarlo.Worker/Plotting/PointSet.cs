namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// Markers, with vertical error bars if <see cref="Low"/> and <see cref="High"/> are given. Beyond 2,000 points one marker a pixel is drawn,
/// and small if there are still as many; or dots of a given size, one where several would look the same.
/// </summary>
/// <exception cref="ArgumentException">The lists differ in length.</exception>
internal sealed record PointSet(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    private readonly IReadOnlyList<double>? _low;
    private readonly IReadOnlyList<double>? _high;

    public IReadOnlyList<double> Y { get; } = OfLength(Y, X.Count, nameof(Y));

    /// <summary>The error bars' lower ends, on the y axis. NaN: no bar at this point; below the scale: down to the panel's edge.</summary>
    public IReadOnlyList<double>? Low
    {
        get => _low;
        init => _low = value is null ? null : OfLength(value, X.Count, nameof(Low));
    }

    /// <summary>The error bars' upper ends.</summary>
    public IReadOnlyList<double>? High
    {
        get => _high;
        init => _high = value is null ? null : OfLength(value, X.Count, nameof(High));
    }

    /// <summary>The diameter in px of round dots in place of the series' markers; null: markers.</summary>
    public double? DotSize { get; init; }

    public override IEnumerable<(double X, double Y)> Points => X.Zip(Y);
}
