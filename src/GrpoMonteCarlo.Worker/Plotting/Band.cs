namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// The area between two curves, as of a confidence interval. An end that is below or above its scale reaches the panel's edge; one that is NaN
/// breaks the band. Thinned as a <see cref="Line"/> is.
/// </summary>
/// <exception cref="ArgumentException">The lists differ in length.</exception>
internal sealed record Band(IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High) : Mark
{
    public IReadOnlyList<double> Low { get; } = OfLength(Low, X.Count, nameof(Low));

    public IReadOnlyList<double> High { get; } = OfLength(High, X.Count, nameof(High));

    public override IEnumerable<(double X, double Y)> Points => X.Zip(Low).Concat(X.Zip(High));
}
