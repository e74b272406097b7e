namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// A curve through points in the order given. A point without a place breaks it. Beyond 2,000 points only the first, last, lowest and highest
/// of each run of points in one pixel column are drawn, which looks the same.
/// </summary>
/// <exception cref="ArgumentException">The lists differ in length.</exception>
internal sealed record Line(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    public IReadOnlyList<double> Y { get; } = OfLength(Y, X.Count, nameof(Y));

    /// <summary>By default the series' own, so that greyscale tells series apart.</summary>
    public Dash? Dash { get; init; }

    public override IEnumerable<(double X, double Y)> Points => X.Zip(Y);
}
