using System.Globalization;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Which numbers a column can have (results/README.md): those between two bounds, and these. NaN is in none.</summary>
/// <param name="Least">The least number.</param>
/// <param name="Most">The largest.</param>
/// <param name="Rule">The range in words.</param>
internal sealed record ValueRange(double Least, double Most, string Rule)
{
    /// <summary>A probability, or a share of something.</summary>
    public static ValueRange Share { get; } = new(0, 1, "must be from 0 to 1");

    /// <summary>A difference of two shares.</summary>
    public static ValueRange Difference { get; } = new(-1, 1, "must be from -1 to 1");

    public static ValueRange NotNegative { get; } = new(0, double.MaxValue, "must be a finite number, not negative");

    public static ValueRange Finite { get; } = new(double.MinValue, double.MaxValue, "must be a finite number");

    /// <summary>A logit of a probability that may be 0 or 1 exactly.</summary>
    public static ValueRange Logit { get; } = new(double.NegativeInfinity, double.PositiveInfinity, "must be a number");

    /// <summary>What is wrong with a value; null if nothing is.</summary>
    public string? Complaint(double value) =>
        value >= Least && value <= Most ? null : string.Create(CultureInfo.InvariantCulture, $"is {value:R}, {Rule}");
}
