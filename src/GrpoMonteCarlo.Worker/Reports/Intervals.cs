using MathNet.Numerics;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Intervals of 95 %, and what many tests at once say.</summary>
internal static class Intervals
{
    /// <summary>Standard errors to either side.</summary>
    public const double Reach = 1.96;

    /// <summary>Digits after the point that show two digits of a standard error; six if there is none.</summary>
    public static int Decimals(double standardError) => standardError > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(standardError)), 2, 15) : 6;

    /// <summary>Wilson's interval for a fraction of n; NaN without n.</summary>
    public static (double Low, double High) Wilson(double fraction, double n)
    {
        if (!(n > 0))
        {
            return (double.NaN, double.NaN);
        }

        double over = 1 + (Reach * Reach / n);
        double centre = (fraction + (Reach * Reach / (2 * n))) / over;
        double half = Reach / over * Math.Sqrt((fraction * (1 - fraction) / n) + (Reach * Reach / (4 * n * n)));
        return (fraction <= 0 ? 0 : Math.Max(centre - half, 0), fraction >= 1 ? 1 : Math.Min(centre + half, 1));
    }

    /// <summary>The cells with a z that Benjamini and Hochberg's procedure rejects as N(0, 1) at a false discovery rate of 5 %.</summary>
    public static int Flagged(IReadOnlyList<(int Cell, double Z)> values)
    {
        (int Cell, double P)[] ordered = [.. values
            .Select(value => (value.Cell, P: SpecialFunctions.Erfc(Math.Abs(value.Z) / Math.Sqrt(2))))
            .OrderBy(value => value.P)];
        int rejected = ordered.Length;
        while (rejected > 0 && ordered[rejected - 1].P > 0.05 * rejected / ordered.Length)
        {
            rejected--;
        }

        return ordered.Take(rejected).Select(value => value.Cell).Distinct().Count();
    }
}
