using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Gamma(shape, 1) by its logarithm, so that small shapes keep their digits: at shape 0.001 half the variates are below 10^-300, and many
/// are no double. Exact in law (G. Marsaglia and W. W. Tsang, ACM Trans. Math. Softw. 26, 2000): with d = shape - 1/3 and x normal,
/// d (1 + x / sqrt(9 d))^3 is kept with a probability above 0.95.
/// </summary>
/// <remarks>
/// Below shape 1 it is the logarithm of a variate of shape + 1 plus log(U) / shape. The same bits on every machine
/// (<see cref="Elementary"/>). Takes a varying number of words, about 4.
/// </remarks>
internal static class GammaVariate
{
    /// <summary>The least and the greatest shape.</summary>
    public const double MinShape = 1e-3, MaxShape = 1e6;

    private const double TwoToMinus63 = 1.0 / (1UL << 63);
    private const double TwoToMinus127 = TwoToMinus63 * TwoToMinus63 / 2;

    /// <summary>The logarithm of one variate.</summary>
    /// <param name="shape"><see cref="MinShape"/> to <see cref="MaxShape"/>.</param>
    /// <param name="words">Where the random words come from.</param>
    public static double DrawLog(double shape, WordBuffer words)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shape, MinShape);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape, MaxShape);
        if (shape >= 1)
        {
            return DrawLogFromOne(shape, words);
        }

        double log = DrawLogFromOne(shape + 1, words);
        return log + (Elementary.Log(Math.Max(words.NextFineUniform(), TwoToMinus127)) / shape);
    }

    private static double DrawLogFromOne(double shape, WordBuffer words)
    {
        double d = shape - (1.0 / 3);
        double scale = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal(words);
            double t = scale * x;
            if (t <= -1)
            {
                continue;
            }

            // The squeeze u < 1 - 0.0331 x^4, then log u < x^2/2 + d (1 - v + log v) with v = (1+t)^3, where 1 - v is written out:
            // for large d it nearly cancels log v.
            double u = words.NextFineUniform();
            double square = x * x;
            double log = LogOnePlus(t);
            if (u < 1 - (0.0331 * square * square)
                || Elementary.Log(u) < (0.5 * square) + (d * ((3 * log) - (t * (3 + (t * (3 + t)))))))
            {
                return Elementary.Log(d) + (3 * log);
            }
        }
    }

    // Standard normal, by the polar method (G. Marsaglia and T. A. Bray, SIAM Rev. 6, 1964), of whose two variates one is used.
    private static double Normal(WordBuffer words)
    {
        while (true)
        {
            double a = (long)words.Next() * TwoToMinus63;
            double b = (long)words.Next() * TwoToMinus63;
            double s = (a * a) + (b * b);
            if (s is > 0 and < 1)
            {
                return a * Math.Sqrt(-2 * Elementary.Log(s) / s);
            }
        }
    }

    private static double LogOnePlus(double t) => t is > -0.29 and < 0.41 ? Elementary.LogOnePlus(t) : Elementary.Log(1 + t);
}
